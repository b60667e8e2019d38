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
};
