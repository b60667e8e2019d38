import * as v from 'valibot';
import type { Context, Sequential } from '../../engine/nn/index.ts';
import { faultAt, PipelineError } from '../faults.ts';
import { whole } from '../numbers.ts';
import { brief } from '../text/brief.ts';
import { branchesOf, withInner } from './branches.ts';
import cnn from './cnn.json' with { type: 'json' };
import type { LayerSpec } from './layers.ts';
import lenet from './lenet.json' with { type: 'json' };
import { checkValues, MOST_LAYERS } from './limits.ts';
import { buildAll, layerAt, layerName, type PlacedLayer, placeAll } from './place.ts';
import quick from './quick.json' with { type: 'json' };
import resnet from './resnet.json' with { type: 'json' };
import vgg from './vgg.json' with { type: 'json' };

/** A model as data: what goes in, and one layer after the other. */
export interface ModelSpec {
  /** What it is called. */
  readonly name: string;
  /** [channels, height, width] of one image. */
  readonly input: readonly number[];
  /** From the first to the last. */
  readonly layers: readonly LayerSpec[];
}

const files = { lenet, quick, cnn, vgg, resnet };

/** The models that come with inkgrad. */
export const builtInModels: Readonly<Record<string, ModelSpec>> = files;

/** What each of them is for. */
export const modelPurposes: Readonly<Record<keyof typeof files, string>> = {
  lenet: 'digits, in seconds; the default',
  quick: 'digits, 99 % of them after one epoch',
  cnn: "PyTorch's own MNIST example, to compare with",
  vgg: 'small sets of letters',
  resnet: 'good scores with few parameters; slow',
};

/** The shape of a model; its layers are looked at one by one. */
const modelFields = v.object({
  name: v.string(),
  input: v.pipe(v.array(whole(1)), v.length(3)),
  layers: v.pipe(v.array(v.unknown()), v.nonEmpty()),
});

/** The name becomes a part of file names. */
const fileName = v.pipe(v.string(), v.regex(/^[\w-][\w.-]{0,99}$/));

const typedLayer = v.looseObject({ type: v.string() });

/** Whether each layer of a list has a type, and each of those inside. */
function typedLayers(layers: readonly unknown[], where: string, branch?: string): LayerSpec[] {
  return layers.map((layer, i): LayerSpec => {
    if (!v.is(typedLayer, layer)) {
      throw new PipelineError(
        `${where} ${layerAt(i, branch)} is ${brief(JSON.stringify(layer))}; expected {"type": "…"} and its options`,
        'invalid-model',
      );
    }
    for (const [name, inner] of branchesOf(layer)) {
      typedLayers(inner, `${where} ${layerName(i, layer.type, branch)}`, name);
    }
    return layer;
  });
}

/**
 * Checks a model that comes from a file or a checkpoint; sizes are checked by `place`.
 *
 * @param where what errors call it
 * @throws PipelineError `invalid-model` for what is no model
 */
export function parseModel(value: unknown, where: string): ModelSpec {
  if (!v.is(modelFields, value)) {
    throw new PipelineError(
      `${where}: not a model; expected {"name": "…", "input": [channels, height, width], "layers": [{"type": "…"}, …]}`,
      'invalid-model',
    );
  }
  const { name, input, layers } = value;
  if (!v.is(fileName, name)) {
    throw new PipelineError(
      `${where}: the name ${brief(JSON.stringify(name))}; expected at most 100 letters, digits, - _ and .`,
      'invalid-model',
    );
  }
  const checked = typedLayers(layers, `${where}:`);
  const count = withInner(checked).length;
  if (count > MOST_LAYERS) {
    throw new PipelineError(`${where}: ${count} layers; expected at most ${MOST_LAYERS}`, 'invalid-model');
  }
  return { name, input, layers: checked };
}

/**
 * Puts a model's layers in place for a number of classes, which stands for the option value "classes".
 *
 * @throws InkgradError that names the layer which is unknown, has wrong options, does not fit the one before or is too large
 */
export function place(model: ModelSpec, classes: number): PlacedLayer[] {
  try {
    checkValues('takes', model.input);
  } catch (error) {
    throw faultAt(`model ${model.name}`, error, 'invalid-model');
  }
  const placed = placeAll(model.layers, model.input, classes, `model ${model.name}:`);
  const output = placed.at(-1)?.output ?? model.input;
  if (output.length === 1 && output[0] === classes) return placed;
  throw new PipelineError(
    `model ${model.name}: ends with [${output}] for ${classes} classes; end it with a linear layer with "outFeatures": "classes"`,
    'invalid-model',
  );
}

/** Makes a model's layers with fresh weights. */
export const build = (model: ModelSpec, classes: number, context: Context): Sequential =>
  buildAll(place(model, classes), context);
