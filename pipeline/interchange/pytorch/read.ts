import { InkgradError } from '../../../engine/errors.ts';
import { sameShape, show } from '../../../engine/shape.ts';
import { PipelineError } from '../../faults.ts';
import type { StoredTensor } from '../../formats/safetensors.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { withInner } from '../../model/branches.ts';
import type { LayerSpec } from '../../model/layers.ts';
import type { ModelSpec } from '../../model/model.ts';
import { visible } from '../../text/visible.ts';
import { type Foreign, untouched } from '../foreign.ts';
import { parseOrigin } from '../origin.ts';
import { type Weights, weightShapes } from '../weights.ts';
import { namedAsIn } from './modules.ts';

/** What PyTorch counts in each batch norm, and nothing here needs. */
const COUNTER = /(^|\.)num_batches_tracked$/;

/** The tensors of a file that are weights. */
function weightsIn(bytes: Uint8Array, file: string) {
  const fail = (what: string, code: 'damaged' | 'not-a-checkpoint'): never => {
    throw new PipelineError(`${file}: ${what}`, code);
  };
  const { tensors, others, metadata } = read(bytes, file);
  if (metadata.inkgrad !== undefined) {
    fail('is a checkpoint of inkgrad already; evaluate and predict take it as it is', 'not-a-checkpoint');
  }
  const strange = [...others].find(([name]) => !COUNTER.test(name));
  if (strange) fail(`${visible(strange[0])} has the type ${strange[1].type}; convert it to F32`, 'damaged');
  const weights = new Map<string, StoredTensor>([...tensors].filter(([name]) => !COUNTER.test(name)));
  return { weights, metadata };
}

function read(bytes: Uint8Array, file: string) {
  try {
    return readSafetensors(bytes, file);
  } catch (error) {
    throw error instanceof InkgradError ? new PipelineError(error.message, 'damaged') : error;
  }
}

/** How many classes a model with fixed numbers tells apart; undefined where one of them is "classes". */
function fixedClasses(model: ModelSpec): number | undefined {
  const layers = withInner(model.layers);
  if (layers.some((layer) => Object.values(layer).includes('classes'))) return undefined;
  const { outFeatures, outChannels } =
    layers.findLast(({ type }) => type === 'linear' || type === 'conv2d') ?? ({} as Partial<LayerSpec>);
  return (outFeatures ?? outChannels) as number | undefined;
}

/** How many classes a file tells apart: the weights whose shape depends on that say so. */
function countClasses(model: ModelSpec, weights: Weights, file: string): number {
  const fixed = fixedClasses(model);
  if (fixed !== undefined) return fixed;
  const [two, three] = [weightShapes(model, 2), weightShapes(model, 3)];
  const others = new Set(
    [...two].filter(([name, shape]) => sameShape(shape, three.get(name)!)).map(([, shape]) => show(shape)),
  );
  const tails = [...two.values()]
    .filter((shape) => shape.length > 1 && !others.has(show(shape)))
    .map((shape) => shape.slice(1));
  const fitting = [...weights.values()].filter(({ shape }) =>
    tails.some((tail) => sameShape(tail, shape.slice(1))),
  );
  const found = fitting.find(({ shape }) => !others.has(show(shape))) ?? fitting[0];
  if (found !== undefined && found.shape[0] >= 2) return found.shape[0];
  throw new PipelineError(
    `${file}: holds no weights [classes,${tails.join(' or ')}] for the last layer of ${model.name}; give the \`model\` that it was trained as`,
    'invalid-model',
  );
}

/**
 * A safetensors file of plain weights as a model with its weights.
 *
 * @param given the model that they belong to; what the file says when left out
 * @throws PipelineError where it is none, says nothing of its model, or does not fit it
 */
export function readPlainWeights(bytes: Uint8Array, file: string, given?: ModelSpec): Foreign {
  const { weights: stored, metadata } = weightsIn(bytes, file);
  const origin = parseOrigin(metadata, file);
  const model = given ?? origin.model;
  if (model === undefined) {
    throw new PipelineError(
      `${file}: holds weights alone; give the \`model\` that they belong to, a name or a JSON file`,
      'invalid-model',
    );
  }
  const classes = countClasses(model, stored, file);
  const { weights, remark } = namedAsIn(weightShapes(model, classes), stored, file);
  const remarks = remark === undefined ? [] : [`${file}: ${remark}`];
  const temperature = origin.temperature ?? 1;
  return { origin, model, classes, weights, temperature, before: untouched, remarks };
}
