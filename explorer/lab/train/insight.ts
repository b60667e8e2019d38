import { grad } from '../../../engine/autograd.ts';
import type { TypedArray } from '../../../engine/dtype.ts';
import * as F from '../../../engine/functional.ts';
import { scope } from '../../../engine/scope.ts';
import { Tensor } from '../../../engine/tensor.ts';
import { gatherLabels } from '../../../pipeline/data/batches.ts';
import { count, type Dataset } from '../../../pipeline/data/dataset.ts';
import { imagesOn } from '../../../pipeline/evaluate/evaluate.ts';
import type { Network } from '../network.ts';

/** How many numbers lie where: equal parts from the least to the most. */
export interface Histogram {
  readonly least: number;
  readonly most: number;
  readonly counts: readonly number[];
  /** the root of the mean square */
  readonly size: number;
}

/** A parameter as it is, and the gradient of the mean loss of some training images there. */
export interface ParameterInsight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly weights: Histogram;
  /** null where no images are there */
  readonly gradients: Histogram | null;
}

export interface Insight {
  /** kernels of the first convolution [O,I,height,width]; null where there is none */
  readonly filters: { readonly shape: readonly number[]; readonly data: Float32Array } | null;
  readonly parameters: readonly ParameterInsight[];
}

/** Images whose gradient is looked at. */
const LOOKED_AT = 64;
const BINS = 41;

/** Looks at weights and gradients, as in reading: dropout leaves all as it is. */
export async function insightOf(network: Network, images: Dataset | null): Promise<Insight> {
  const named = [...network.rig.model.parameters()];
  // All reads are queued before anything else can run.
  const reads = named.map(([, tensor]) => tensor.read());
  const gradientReads =
    images === null
      ? null
      : readGradients(
          network,
          named.map(([, tensor]) => tensor),
          images,
        );
  const weights = await Promise.all(reads);
  const gradients = gradientReads === null ? null : await gradientReads;
  const first = named.findIndex(([, { shape }]) => shape.length === 4);
  return {
    filters: first < 0 ? null : { shape: named[first][1].shape, data: weights[first] as Float32Array },
    parameters: named.map(([name, { shape }], i) => ({
      ...{ name, shape, weights: histogramOf(weights[i]) },
      gradients: gradients === null || gradients[i] === null ? null : histogramOf(gradients[i]),
    })),
  };
}

/** The gradients of the mean loss of the first images; null for parameters that are not trained. */
function readGradients(
  { rig, device }: Network,
  parameters: readonly Tensor[],
  images: Dataset,
): Promise<(TypedArray | null)[]> {
  const { model, recipe } = rig;
  const indices = Int32Array.from({ length: Math.min(LOOKED_AT, count(images)) }, (_, i) => i);
  const training = model.training;
  model.eval();
  const trained = parameters.filter(({ requiresGrad }) => requiresGrad);
  const reads = scope(() => {
    const labels = Tensor.from(device, gatherLabels(images, indices));
    const loss = F.crossEntropy(model.forward(imagesOn(device, images, indices, recipe)), labels);
    return { found: grad(loss, trained).map((gradient) => gradient.read()) };
  }).found;
  model.train(training);
  return Promise.all(
    parameters.map((parameter) => {
      const at = trained.indexOf(parameter);
      return at < 0 ? null : reads[at];
    }),
  );
}

/** Bins lie around 0, so that it is in the middle of one. */
export function histogramOf(numbers: ArrayLike<number>): Histogram {
  let [most, squares] = [0, 0];
  for (let i = 0; i < numbers.length; i++) {
    most = Math.max(most, Math.abs(numbers[i]));
    squares += numbers[i] ** 2;
  }
  const counts = new Array<number>(BINS).fill(0);
  for (let i = 0; i < numbers.length; i++) {
    const at = most === 0 ? 0.5 : (numbers[i] + most) / (2 * most);
    counts[Math.min(BINS - 1, Math.floor(at * BINS))]++;
  }
  return { least: -most, most, counts, size: Math.sqrt(squares / Math.max(1, numbers.length)) };
}
