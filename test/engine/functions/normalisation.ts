import type { Values } from '../../support/naive.ts';
import { at, meanOver, shaped, tabulate } from '../../support/nd.ts';
import type { FunctionCase, FunctionCases } from './functionCase.ts';

/** Mean and biased variance of each channel of x [N,C,H,W]. */
function statisticsOf(x: Values): [mean: Values, variance: Values] {
  const channels = x.shape[1];
  const mean = shaped(meanOver(x, [0, 2, 3]), channels);
  const squares = tabulate(x.shape, (n, c, h, w) => (at(x, n, c, h, w) - at(mean, c)) ** 2);
  return [mean, shaped(meanOver(squares, [0, 2, 3]), channels)];
}

const normalised = (
  x: Values,
  [mean, variance]: [Values, Values],
  weight: Values,
  bias: Values,
  eps: number,
) =>
  tabulate(x.shape, (n, c, h, w) => {
    const scale = at(weight, c) / Math.sqrt(at(variance, c) + eps);
    return (at(x, n, c, h, w) - at(mean, c)) * scale + at(bias, c);
  });

/** In training the statistics are those of x itself, and the gradient flows through them too. */
const training = (shape: string, channels: number, eps: number): FunctionCase => ({
  inputs: [shape, `${channels} positive`, `${channels}`],
  call: (F, x, weight, bias) => F.batchNorm2d(x, F.batchStatistics(x), weight, bias, eps),
  define: (x, weight, bias) => normalised(x, statisticsOf(x), weight, bias, eps),
});

/** Rows of x [M,K], each less its mean and over the root of its variance, as the shape of x again. */
function standard(x: Values, rows: number, eps: number): Values {
  const flat = shaped(x, rows, x.data.length / rows);
  const mean = meanOver(flat, [1]);
  const variance = meanOver(
    tabulate(flat.shape, (i, k) => (at(flat, i, k) - at(mean, i, 0)) ** 2),
    [1],
  );
  const y = tabulate(flat.shape, (i, k) => {
    return (at(flat, i, k) - at(mean, i, 0)) / Math.sqrt(at(variance, i, 0) + eps);
  });
  return shaped(y, ...x.shape);
}

const perChannel = (y: Values, weight: Values, bias: Values): Values =>
  tabulate(y.shape, (...i) => at(y, ...i) * at(weight, i[1]) + at(bias, i[1]));

export const normalisation: FunctionCases = {
  batchStatistics: ['2,3,4,5', '1,2,1,3', '3,0,2,2'].map((shape) => ({
    inputs: [shape],
    call: (F, x) => {
      const { mean, variance } = F.batchStatistics(x);
      return [mean, variance];
    },
    define: (x) => statisticsOf(x),
  })),
  batchNorm2d: [
    training('2,3,2,3', 3, 1e-5),
    training('3,1,1,3', 1, 0.1),
    {
      inputs: ['2,3,2,3', '3', '3 positive', '3', '3'],
      call: (F, x, mean, variance, weight, bias) => F.batchNorm2d(x, { mean, variance }, weight, bias),
      define: (x, mean, variance, weight, bias) => normalised(x, [mean, variance], weight, bias, 1e-5),
    },
  ],
  layerNorm: [
    { inputs: ['3,5'], call: (F, x) => F.layerNorm(x, [5]), define: (x) => standard(x, 3, 1e-5) },
    {
      inputs: ['2,2,3', '2,3 positive', '2,3'],
      call: (F, x, weight, bias) => F.layerNorm(x, [2, 3], weight, bias, 0.1),
      define: (x, weight, bias) => {
        const y = standard(x, 2, 0.1);
        return tabulate(x.shape, (n, i, j) => at(y, n, i, j) * at(weight, i, j) + at(bias, i, j));
      },
    },
    { inputs: ['0,3'], call: (F, x) => F.layerNorm(x, [3]), define: (x) => x },
  ],
  groupNorm: [
    {
      inputs: ['2,4,3,2', '4 positive', '4'],
      call: (F, x, weight, bias) => F.groupNorm(x, 2, weight, bias),
      define: (x, weight, bias) => perChannel(standard(x, 4, 1e-5), weight, bias),
    },
    { inputs: ['3,6'], call: (F, x) => F.groupNorm(x, 3), define: (x) => standard(x, 9, 1e-5) },
  ],
  instanceNorm: [
    {
      inputs: ['2,3,2,3', '3 positive', '3'],
      call: (F, x, weight, bias) => F.instanceNorm(x, weight, bias, 0.01),
      define: (x, weight, bias) => perChannel(standard(x, 6, 0.01), weight, bias),
    },
    {
      inputs: ['2,3,5', '3'],
      call: (F, x, bias) => F.instanceNorm(x, null, bias),
      define: (x, bias) => {
        const y = standard(x, 6, 1e-5);
        return tabulate(x.shape, (n, c, i) => at(y, n, c, i) + at(bias, c));
      },
    },
  ],
};
