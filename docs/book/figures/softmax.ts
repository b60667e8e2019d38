import { F, Tensor } from 'inkgrad';
import { written } from '../book.ts';
import { box, type Colour, figure, text } from './draw/svg.ts';

const SCORES = [2, 1, 0.1];

/** Three scores, their powers, and their shares: bars of one colour belong to one score. */
export async function softmax(): Promise<string> {
  const x = Tensor.from([SCORES]);
  const columns = [
    { name: 'score x', numbers: SCORES, digits: 1 },
    { name: 'e to the x', numbers: Array.from(await F.exp(x).read()), digits: 2 },
    { name: 'share', numbers: Array.from(await F.softmax(x, 1).read()), digits: 2 },
  ];
  const colours: readonly Colour[] = ['first', 'second', 'third'];
  const [bar, gap, high, bottom] = [24, 8, 96, 132];
  const bars = columns.flatMap(({ name, numbers, digits }, i) => {
    const left = 4 + i * 114;
    const scale = high / Math.max(...numbers);
    const middle = left + 1.5 * bar + gap;
    return [
      text(middle, bottom + 18, name, { colour: 'faint' }),
      ...numbers.flatMap((n, j) => {
        const x = left + j * (bar + gap);
        return [
          box(x, bottom - n * scale, bar, n * scale, { fill: colours[j] }),
          text(x + bar / 2, bottom - n * scale - 5, written(n, digits), { size: 11 }),
        ];
      }),
    ];
  });
  const title = 'Three scores as bars, what e to their power is, and the shares that softmax makes of them';
  return figure(title, bottom + 26, bars);
}
