import * as v from 'valibot';
import type { Context } from '../../engine/nn/index.ts';
import { Sequential } from '../../engine/nn/index.ts';
import { sizeOf } from '../../engine/shape.ts';
import { faultAt, PipelineError } from '../faults.ts';
import { whole } from '../numbers.ts';
import { brief } from '../text/brief.ts';
import { suggestion } from '../text/nearest.ts';
import cnn from './cnn.json' with { type: 'json' };
import type { LayerSpec, LayerTensor } from './layers.ts';
import { layerKinds, optionFault } from './layers.ts';
import lenet from './lenet.json' with { type: 'json' };
import { type Cost, checkCost, checkValues, MOST_LAYERS } from './limits.ts';
import vgg from './vgg.json' with { type: 'json' };

/** A model as data: what goes in, and one layer after the other. */
export interface ModelSpec {
  readonly name: string;
  /** [channels, height, width] of one image. */
  readonly input: readonly number[];
  readonly layers: readonly LayerSpec[];
}

/** A layer in its place in a model for a number of classes: what goes in and out, for one image. */
export interface PlacedLayer {
  readonly spec: LayerSpec;
  readonly input: readonly number[];
  readonly output: readonly number[];
  /** what a saved model has of it, by name */
  readonly tensors: Readonly<Record<string, LayerTensor>>;
  /** the numbers of those that are trained */
  readonly parameters: number;
  /** the numbers of its output, and of its input with padding where it has some */
  readonly values: number;
  readonly flops: number;
}

/** The models that come with inkgrad. */
export const builtInModels: Readonly<Record<string, ModelSpec>> = { lenet, cnn, vgg };

/** The shape of a model; its layers are looked at one by one. */
const modelFields = v.object({
  name: v.string(),
  input: v.pipe(v.array(whole(1)), v.length(3)),
  layers: v.pipe(v.array(v.unknown()), v.nonEmpty()),
});

/** The name becomes a part of file names. */
const fileName = v.pipe(v.string(), v.regex(/^[\w-][\w.-]{0,99}$/));

const typedLayer = v.looseObject({ type: v.string() });

/**
 * Checks a model that comes from a file or a checkpoint; sizes are checked by `place`.
 *
 * @param where what errors call it
 */
export function parseModel(value: unknown, where: string): ModelSpec {
  if (!v.is(modelFields, value)) {
    throw new PipelineError(
      `${where}: not a model; expected {"name": "…", "input": [channels, height, width], "layers": [{"type": "…"}, …]}`,
      'invalid-model',
    );
  }
  const { name, input, layers } = value;
  if (layers.length > MOST_LAYERS) {
    throw new PipelineError(
      `${where}: ${layers.length} layers; expected at most ${MOST_LAYERS}`,
      'invalid-model',
    );
  }
  if (!v.is(fileName, name)) {
    throw new PipelineError(
      `${where}: the name ${brief(JSON.stringify(name))}; expected at most 100 letters, digits, - _ and .`,
      'invalid-model',
    );
  }
  const checked = layers.map((layer, i): LayerSpec => {
    if (v.is(typedLayer, layer)) return layer;
    throw new PipelineError(
      `${where}: layer ${i} is ${brief(JSON.stringify(layer))}; expected {"type": "…"} and its options`,
      'invalid-model',
    );
  });
  return { name, input, layers: checked };
}

/**
 * Puts a model's layers in place for a number of classes, which stands for the option value "classes".
 *
 * @throws InkgradError that names the layer which is unknown, has wrong options, does not fit the one before or is too large
 */
export function place(model: ModelSpec, classes: number): PlacedLayer[] {
  let input = model.input;
  let cost: Cost = { parameters: 0, values: 0, flops: 0 };
  try {
    checkValues('takes', input);
  } catch (error) {
    throw faultAt(`model ${model.name}`, error, 'invalid-model');
  }
  const placed = model.layers.map((layer, i): PlacedLayer => {
    const where = `model ${model.name}: layer ${i} (${brief(layer.type)})`;
    const kind = Object.hasOwn(layerKinds, layer.type) ? layerKinds[layer.type] : undefined;
    if (kind === undefined) {
      const names = Object.keys(layerKinds);
      const near = suggestion(layer.type, names) || `; expected one of ${names.join(', ')}`;
      throw new PipelineError(`${where}: no such type of layer${near}`, 'invalid-model');
    }
    const spec = Object.fromEntries(
      Object.entries(layer).map(([key, value]) => [key, value === 'classes' ? classes : value]),
    ) as unknown as LayerSpec;
    const fault = optionFault(kind, spec);
    if (fault !== null) throw new PipelineError(`${where}: ${fault}`, 'invalid-model');
    if (kind.rank !== undefined && kind.rank !== input.length) {
      const expected =
        kind.rank === 1 ? 'features; put a flatten layer before it' : '[channels, height, width]';
      throw new PipelineError(`${where}: gets [${input}]; expected ${expected}`, 'invalid-model');
    }
    try {
      const output = kind.output(spec, input);
      const here = input;
      input = output;
      const tensors = kind.tensors(spec, here);
      const parameters = Object.values(tensors).reduce(
        (sum, { shape, trained }) => sum + (trained ? sizeOf(shape) : 0),
        0,
      );
      const flops = kind.flops(spec, here, output);
      const seen = kind.padded?.(spec, here) ?? here;
      checkValues('sees with padding', seen);
      const values = sizeOf(output) + (sizeOf(seen) > sizeOf(here) ? sizeOf(seen) : 0);
      cost = {
        parameters: cost.parameters + parameters,
        values: cost.values + values,
        flops: cost.flops + flops,
      };
      checkCost(cost);
      return { spec, input: here, output, tensors, parameters, values, flops };
    } catch (error) {
      throw faultAt(where, error, 'invalid-model');
    }
  });
  if (input.length !== 1 || input[0] !== classes) {
    throw new PipelineError(
      `model ${model.name}: ends with [${input}] for ${classes} classes; end it with a linear layer with "outFeatures": "classes"`,
      'invalid-model',
    );
  }
  return placed;
}

/** What a saved model has, by the path that `state` of its module gives it. */
export const tensorsOf = (placed: readonly PlacedLayer[]): Map<string, LayerTensor> =>
  new Map(
    placed.flatMap(({ tensors }, i) =>
      Object.entries(tensors).map(([name, tensor]) => [`${i}.${name}`, tensor] as const),
    ),
  );

/** Makes a model's layers with fresh weights. */
export const build = (model: ModelSpec, classes: number, context: Context): Sequential =>
  new Sequential(
    place(model, classes).map(({ spec, input }) => layerKinds[spec.type].build(context, spec, input)),
  );
