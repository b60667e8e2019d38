import { planeOf } from '../../../../engine/ops/window.ts';
import { PipelineError } from '../../../faults.ts';
import type { StoredTensor } from '../../../formats/safetensors.ts';
import type { LayerSpec } from '../../../model/layers.ts';
import type { ModelSpec } from '../../../model/model.ts';
import { place } from '../../../model/model.ts';
import { paddingCounts, windowOfLayer, withoutOverhang } from '../../windows.ts';
import { type Chain, nodeName, type ReadLayer } from './chain.ts';

/** A layer in its place. */
interface Placed {
  readonly spec: LayerSpec;
  readonly input: readonly number[];
  readonly branches: Readonly<Record<string, readonly Placed[]>>;
}

/** What in inference does nothing, and so need not be in a file. */
const doesNothing = ({ spec, input }: Placed): boolean =>
  spec.type === 'dropout' || (spec.type === 'flatten' && input.length === 1);

const float = (value: unknown, otherwise: number): number => Math.fround((value as number) ?? otherwise);

/** Where padding does not count, it is all one how much of it is what hangs over after rounding up. */
function windowComputed(spec: LayerSpec, input: readonly number[]) {
  const window = windowOfLayer(spec, planeOf(input));
  const counts = paddingCounts(spec, window);
  return { ...(counts ? window : withoutOverhang(window)), counts };
}

/** What a layer computes, as a text that is the same however its options are written. */
function computed({ spec, input, branches }: Placed): string {
  const { type, kernelSize, outChannels, outFeatures, groups = 1, bias } = spec;
  return JSON.stringify({
    type,
    ...(kernelSize !== undefined && windowComputed(spec, input)),
    ...{ outChannels, outFeatures, groups, bias: bias !== false },
    eps: float(spec.eps, 1e-5),
    negativeSlope: float(spec.negativeSlope, 0.01),
    alpha: float(spec.alpha, 1),
    layers: allComputed(branches.layers),
    shortcut: allComputed(branches.shortcut),
  });
}

const allComputed = (layers: readonly Placed[] = []): string[] =>
  layers.filter((layer) => !doesNothing(layer)).map(computed);

/** A sum with its branches the other way round where that is what a model has: it computes the same. */
function turned(layer: ReadLayer, like: Placed): ReadLayer {
  const { layers, shortcut } = layer.branches;
  const isTurned = (a: readonly Placed[] = [], b: readonly Placed[] = []) =>
    allComputed(a).join() === allComputed(b).join();
  if (shortcut === undefined || isTurned(layers, like.branches.layers)) return layer;
  if (!isTurned(layers, like.branches.shortcut) || !isTurned(shortcut, like.branches.layers)) return layer;
  const branches = { layers: shortcut, shortcut: layers };
  return { ...layer, branches };
}

/**
 * The weights of a network by their names in a model that computes the same.
 *
 * @throws PipelineError `invalid-model` for the first layer that differs
 */
export function matched(
  chain: Chain,
  model: ModelSpec,
  classes: number,
  file: string,
): Map<string, StoredTensor> {
  const fail = (what: string): never => {
    throw new PipelineError(
      `${file}: ${what}; without a \`model\` it gets the layers of the file`,
      'invalid-model',
    );
  };
  if (model.input.join() !== chain.input.join()) {
    fail(`takes images of [${chain.input}], and the model ${model.name} takes [${model.input}]`);
  }
  const weights = new Map<string, StoredTensor>();
  const what = ({ spec }: Placed) => JSON.stringify(spec);

  /** @param path what the names of the model's weights begin with, before the numbers of layers */
  function match(layers: readonly Placed[], read: readonly ReadLayer[], path: string): void {
    const numbered = layers.map((layer, i) => ({ ...layer, path: `${path}${i}` }));
    const wanted = numbered.filter((layer) => !doesNothing(layer));
    const found = read.filter((layer) => !doesNothing(layer));
    for (let i = 0; i < Math.max(wanted.length, found.length); i++) {
      const [here, there] = [wanted[i], found[i]];
      if (here === undefined) fail(`${nodeName(there.from)} comes after the last layer of ${model.name}`);
      if (there === undefined) fail(`ends before layer ${here.path} of ${model.name}, ${what(here)}`);
      if (here.spec.type === 'residual' && there.spec.type === 'residual') {
        const { branches } = turned(there, here);
        for (const name of ['layers', 'shortcut'])
          match(here.branches[name] ?? [], branches[name] ?? [], `${here.path}.${name}.`);
        continue;
      }
      if (computed(here) !== computed(there)) {
        fail(
          `${nodeName(there.from)} is ${what(there)}, and layer ${here.path} of ${model.name} is ${what(here)}`,
        );
      }
      for (const [name, tensor] of Object.entries(there.weights)) weights.set(`${here.path}.${name}`, tensor);
    }
  }

  match(place(model, classes), chain.layers, '');
  return weights;
}
