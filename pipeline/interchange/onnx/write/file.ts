import type { CheckpointFile } from '../../../checkpoint/checkpoint.ts';
import { place } from '../../../model/model.ts';
import type { PerChannel, Recipe } from '../../../preprocess/recipe.ts';
import { originOf, originTexts } from '../../origin.ts';
import { fittingWeights, weightShapes } from '../../weights.ts';
import { encodeModel } from '../schema.ts';
import { FLOAT } from '../tensors.ts';
import { GraphWriter } from './graphWriter.ts';
import { writeLayers } from './layers.ts';

/**
 * Opset 17 and version 8 of the format, of 2022: ONNX Runtime reads them from 1.12 on. Everything here that has an operator
 * has it there, and nothing that came later but Gelu and dilated means would make a file shorter.
 */
export const OPSET = 17;
const IR_VERSION = 8;

/** What an exported network takes and gives. */
export interface OnnxOptions {
  /** whether the network takes pixels from 0 to 255 and normalises them itself */
  readonly normalise: boolean;
  /** whether it gives probabilities, with the checkpoint's temperature, instead of logits */
  readonly softmax: boolean;
  /** the version of inkgrad, for the file */
  readonly version: string;
}

/** What goes into an exported network and comes out of it. */
export interface OnnxEnds {
  /** `pixels`, from 0 to 255, or `images`, which are (pixel/255 − mean)/std */
  readonly input: string;
  /** `logits` or `probabilities` */
  readonly output: string;
}

export const endsOf = ({ normalise, softmax }: OnnxOptions): OnnxEnds => ({
  input: normalise ? 'pixels' : 'images',
  output: softmax ? 'probabilities' : 'logits',
});

/** pixels → (pixels/255 − mean)/std */
function normalised(graph: GraphWriter, pixels: string, { mean, std }: Recipe): string {
  const steps: readonly (readonly [string, string, PerChannel])[] = [
    ['Div', 'levels', 255],
    ['Sub', 'mean', mean],
    ['Div', 'std', std],
  ];
  return steps.reduce(
    (x, [op, name, value]) =>
      graph.node(op, `normalise.${name}`, [x, perChannel(graph, `recipe.${name}`, value)]),
    pixels,
  );
}

/** A number, or one for each channel of [batch, channels, height, width]. */
const perChannel = (graph: GraphWriter, name: string, value: PerChannel): string =>
  typeof value === 'number'
    ? graph.constant(name, [], [value])
    : graph.constant(name, [1, value.length, 1, 1], value);

/** softmax(logits / temperature) */
function softmaxOf(graph: GraphWriter, logits: string, temperature: number): string {
  const scaled =
    temperature === 1
      ? logits
      : graph.node('Div', 'scaled', [logits, graph.constant('temperature', [], [temperature])]);
  return graph.node('Softmax', 'softmax', [scaled], { axis: 1 });
}

const value = (name: string, shape: readonly number[]) => ({
  name,
  type: {
    tensorType: {
      elemType: FLOAT,
      shape: { dim: [{ dimParam: 'batch' }, ...shape.map((dimValue) => ({ dimValue }))] },
    },
  },
});

/**
 * A trained network as an ONNX file: [batch, channels, height, width] → [batch, classes], for batches of any size.
 *
 * @throws PipelineError where the checkpoint's weights do not fit its model
 */
export function onnxFile(checkpoint: CheckpointFile, options: OnnxOptions): Uint8Array {
  const { model, classes, recipe, certainty, path } = checkpoint;
  const weights = fittingWeights(checkpoint.weights, weightShapes(model, classes.length), path);
  const graph = new GraphWriter(weights);
  const { input, output } = endsOf(options);
  const images = options.normalise ? normalised(graph, input, recipe) : input;
  const logits = writeLayers(graph, place(model, classes.length), '', images);
  if (options.softmax) softmaxOf(graph, logits, certainty.temperature);
  graph.end(output);
  return encodeModel({
    irVersion: IR_VERSION,
    producerName: 'inkgrad',
    producerVersion: options.version,
    docString: `${model.name}: ${classes.length} classes`,
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: Object.entries(originTexts(originOf(checkpoint))).map(([key, value]) => ({ key, value })),
    graph: {
      name: model.name,
      node: graph.nodes,
      initializer: graph.constants,
      input: [value(input, model.input)],
      output: [value(output, [classes.length])],
    },
  });
}
