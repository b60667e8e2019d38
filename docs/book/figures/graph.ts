import { F, grad, Tensor } from 'inkgrad';
import { written } from '../book.ts';
import { arrow, box, figure, text } from './draw/svg.ts';

const [WIDE, HIGH] = [46, 40];

/** What the chapter computes, (relu(w·x + b))², as the engine does: values above, slopes below. */
export async function graph(): Promise<string> {
  const [w, x, b] = [0.5, 4, 1].map((n) => Tensor.from([n]).trained());
  const product = F.mul(w, x);
  const sum = F.add(product, b);
  const y = F.relu(sum);
  const L = F.mul(y, y);
  const values = [w, x, b, product, sum, y, L];
  const slopes = grad(L, values);
  const column = (i: number): number => 1 + i * 70;
  const places = [
    ...[
      { name: 'w', left: column(0), top: 20 },
      { name: 'x', left: column(0), top: 112 },
      { name: 'b', left: column(1), top: 132 },
      { name: 'w · x', left: column(1), top: 66 },
    ],
    ...[
      { name: 'w · x + b', left: column(2), top: 66 },
      { name: 'y = relu', left: column(3), top: 66 },
      { name: 'L = y · y', left: column(4), top: 66 },
    ],
  ];
  const numbers = await Promise.all(
    places.map(async (_, i) => [await values[i].item(), await slopes[i].item()]),
  );
  const nodes = places.map(({ name, left, top }, i) => {
    const [value, slope] = numbers[i].map((n) => written(n, Number.isInteger(n) ? 0 : 1));
    return [
      text(left + WIDE / 2, top - 5, name, { colour: 'faint', size: 11 }),
      box(left, top, WIDE, HIGH / 2, { fill: 'second', opacity: 0.25 }),
      box(left, top + HIGH / 2, WIDE, HIGH / 2, { fill: 'first', opacity: 0.25 }),
      box(left, top, WIDE, HIGH, { stroke: 'text', round: 3 }),
      text(left + WIDE / 2, top + 15, value),
      text(left + WIDE / 2, top + 35, slope),
    ].join('');
  });
  /** From the right side of one to the left side of another; apart where there are two. */
  const edge = (from: number, to: number, apart = 0): string =>
    arrow(
      [places[from].left + WIDE + 2, places[from].top + HIGH / 2 + apart],
      [places[to].left - 2, places[to].top + HIGH / 2 + apart],
      { colour: 'faint' },
    );
  return figure('A graph: forwards the values, and backwards, below them, the slopes of L', 210, [
    ...nodes,
    ...[edge(0, 3), edge(1, 3), edge(3, 4), edge(2, 4), edge(4, 5), edge(5, 6, -6), edge(5, 6, 6)],
    box(1, 190, 12, 12, { fill: 'second', opacity: 0.25, stroke: 'text' }),
    text(18, 201, 'value, forwards', { anchor: 'start', size: 11 }),
    box(131, 190, 12, 12, { fill: 'first', opacity: 0.25, stroke: 'text' }),
    text(148, 201, 'slope of L, backwards', { anchor: 'start', size: 11 }),
  ]);
}
