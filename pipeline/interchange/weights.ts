import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { Context } from '../../engine/nn/index.ts';
import type { Shape } from '../../engine/shape.ts';
import { sameShape, show } from '../../engine/shape.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { PipelineError } from '../faults.ts';
import type { StoredTensor } from '../formats/safetensors.ts';
import type { ModelSpec } from '../model/model.ts';
import { build } from '../model/model.ts';
import { listed } from '../text/listed.ts';
import { visible } from '../text/visible.ts';

export type Weights = ReadonlyMap<string, StoredTensor>;

/** Makes layers whose weights are not drawn: of a million that takes longer than all else of an export. */
class Undrawn extends Context {
  override parameter(shape: Shape): Tensor {
    return this.constant(shape, 0).trained();
  }
}

/** The shape of each weight of a model, by its name there, in the order of the layers. */
export function weightShapes(model: ModelSpec, classes: number): Map<string, Shape> {
  const context = new Undrawn(new CpuDevice(), 0);
  const built = build(model, classes, context);
  const shapes = [...built.state()].map(([name, { shape }]) => [name, shape] as const);
  built.dispose();
  context.dispose();
  return new Map(shapes);
}

/**
 * Holds weights to a model.
 *
 * @param named what a name of the model is called in the file
 * @returns them as float32, in the order of the layers
 * @throws PipelineError `invalid-model` where one is missing, has another shape, belongs to no layer or is no fraction
 */
export function fittingWeights(
  weights: Weights,
  shapes: ReadonlyMap<string, Shape>,
  where: string,
  named: (name: string) => string = (name) => name,
): Map<string, StoredTensor> {
  const fail = (what: string): never => {
    throw new PipelineError(`${where}: ${what}`, 'invalid-model');
  };
  const missing = [...shapes.keys()].filter((name) => !weights.has(name));
  if (missing.length > 0) {
    const some = listed(missing.map((name) => `${named(name)} [${shapes.get(name)!}]`));
    const there = listed([...weights].map(([name, { shape }]) => `${named(name)} [${shape}]`));
    return fail(`has no ${some}, which its model wants; there is ${there || 'nothing'}`);
  }
  const stray = [...weights.keys()].filter((name) => !shapes.has(name));
  if (stray.length > 0) return fail(`${listed(stray.map(named))} belongs to no layer of the model`);
  const fitting = [...shapes].map(([name, shape]) => {
    const { shape: stored, data } = weights.get(name)!;
    if (!sameShape(stored, shape)) {
      fail(`${visible(named(name))} has the shape ${show(stored)}; its model wants ${show(shape)}`);
    }
    if (data instanceof Int32Array) fail(`${visible(named(name))} holds whole numbers; convert it to F32`);
    return [name, { shape, data: data instanceof Float32Array ? data : Float32Array.from(data) }] as const;
  });
  return new Map(fitting);
}
