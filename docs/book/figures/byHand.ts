import { F, grad, Tensor } from 'inkgrad';
import { image, label } from '../book.ts';
import { grid, type Plane, planeOf } from './draw/grid.ts';
import { figure, text } from './draw/svg.ts';

const CELL = 28;
const [TOP, BELOW, LINEAR] = [40, 162, 264];
const faint = { colour: 'faint', size: 11 } as const;
const numbers = { cell: CELL, digits: 0, most: 4 } as const;
const slopes = { cell: CELL, digits: 1, most: 4 } as const;

interface Column {
  readonly name: string;
  readonly left: number;
  readonly forwards: Plane;
  readonly backwards?: Plane;
}

/** Numbers, and below them what came back to each. */
const column = ({ name, left, forwards, backwards }: Column): string =>
  [
    text(left + (forwards[0].length * CELL) / 2, TOP - 8, name, faint),
    grid(left, TOP, forwards, numbers),
    ...(backwards === undefined ? [] : [grid(left, BELOW, backwards, slopes)]),
  ].join('\n');

/** The network of the chapter on the backward pass, with all of its numbers. */
export async function byHand(): Promise<string> {
  const x = image([
    [0, 1, 3],
    [0, 2, 1],
    [2, 0, 0],
  ]);
  const kernel = [
    [1, -1],
    [0, 2],
  ];
  const weights = [
    [1, 0, 1, -1],
    [0, 1, -1, 1],
  ];
  const [k, W] = [image(kernel).trained(), Tensor.from(weights).trained()];
  const map = F.conv2d(x, k, Tensor.from([1]));
  const h = F.relu(map);
  const scores = F.linear(F.flatten(h, 1), W, Tensor.from([1, 0]));
  const [dScores, dH, dMap, dK, dW] = grad(F.crossEntropy(scores, label(0)), [scores, h, map, k, W]);
  const upright = (y: Tensor) => planeOf(F.reshape(y, [y.size, 1]));
  const columns: Column[] = [
    { name: 'picture', left: 0, forwards: await planeOf(x) },
    { name: 'kernel', left: 96, forwards: await planeOf(k), backwards: await planeOf(dK) },
    { name: 'map', left: 164, forwards: await planeOf(map), backwards: await planeOf(dMap) },
    { name: 'relu', left: 232, forwards: await planeOf(h), backwards: await planeOf(dH) },
    { name: 'scores', left: 300, forwards: await upright(scores), backwards: await upright(dScores) },
  ];
  const title = 'A network with its numbers: what it computes, and below it what comes back';
  return figure(title, LINEAR + 2 * CELL, [
    text(0, 13, 'forwards', { anchor: 'start', isBold: true }),
    ...columns.map(column),
    text(0, BELOW - 10, 'backwards', { anchor: 'start', isBold: true }),
    text(0, LINEAR - 8, 'weights of the linear layer', { ...faint, anchor: 'start' }),
    text(164, LINEAR - 8, 'their slopes', { ...faint, anchor: 'start' }),
    grid(0, LINEAR, await planeOf(W), numbers),
    grid(164, LINEAR, await planeOf(dW), slopes),
  ]);
}
