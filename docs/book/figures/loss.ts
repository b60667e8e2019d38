import { backward, F, Tensor } from 'inkgrad';
import { label, written } from '../book.ts';
import { minus } from './draw/grid.ts';
import { plot, sampled } from './draw/plot.ts';
import { box, type Colour, dot, figure, line, text } from './draw/svg.ts';

/** −ln p, as the op has it: two classes, one of which has the probability p. */
export async function loss(): Promise<string> {
  const [left, top, width, height] = [30, 26, 290, 150];
  const curve = sampled((p) => p, [0.008, 1], 120).map(([p]) => p);
  // Scores of which softmax makes p and 1 − p.
  const scores = Tensor.from(curve.map((p) => [Math.log(p), Math.log(1 - p)].map((x) => Math.max(x, -40))));
  const losses = await F.crossEntropy(scores, Tensor.from(new Int32Array(curve.length)), {
    reduction: 'none',
  }).read();
  const { axes, at } = plot({
    ...{ left, top, width, height, x: [0, 1], y: [0, 5] },
    ...{ xTicks: [0, 0.25, 0.5, 0.75, 1], yTicks: [0, 1, 2, 3, 4, 5] },
    ...{ xName: 'probability of the right digit', yName: 'loss' },
  });
  const marked = [0.01, 0.1, 0.5].map((p) => {
    const [x, y] = at(p, -Math.log(p));
    return (
      dot(x, y, 3.5, 'second') +
      text(x + 8, y - 2, `${p}: ${written(-Math.log(p), 2)}`, { anchor: 'start', size: 11 })
    );
  });
  return figure(
    'The loss over the probability of the right digit: it falls to 0 at 1, and has no upper end',
    214,
    [
      axes,
      line(
        curve.map((p, i) => at(p, losses[i])),
        { colour: 'first', width: 2 },
      ),
      ...marked,
    ],
  );
}

/** Three probabilities, and how the loss wants their scores to change. */
export async function advice(): Promise<string> {
  const scores = Tensor.from([[2, 1, 0.1]]).trained();
  backward(F.crossEntropy(scores, label(1)));
  const columns = [
    { name: 'probability', numbers: Array.from(await F.softmax(scores, 1).read()) },
    { name: 'slope of the loss', numbers: Array.from(await scores.grad.read()) },
  ];
  const colours: readonly Colour[] = ['first', 'second', 'third'];
  const [bar, gap, scale, zero] = [30, 12, 84, 92];
  const parts = columns.flatMap(({ name, numbers }, i) => {
    const left = 24 + i * 164;
    const wide = 3 * bar + 2 * gap;
    return [
      text(left + wide / 2, 14, name, { colour: 'faint' }),
      ...numbers.flatMap((n, j) => {
        const x = left + j * (bar + gap);
        const high = Math.abs(n) * scale;
        const below = n < 0;
        return [
          box(x, below ? zero : zero - high, bar, high, { fill: colours[j] }),
          text(x + bar / 2, below ? zero + high + 14 : zero - high - 5, minus(written(n, 2)), { size: 11 }),
        ];
      }),
      ...(i === 0 ? [text(left + 1.5 * bar + gap, zero + 16, 'right', { colour: 'faint', size: 11 })] : []),
      line([
        [left - 8, zero],
        [left + wide + 8, zero],
      ]),
    ];
  });
  const title =
    'The probabilities of three scores, and the slopes of the loss: the second, which is right, is to go up';
  return figure(title, 178, parts);
}
