import { backward, F, nn, openDevice, optim, Tensor } from 'inkgrad';
import type { WasmStep } from '../../../engine/devices/wasm/step.ts';
import type { WasmStorage } from '../../../engine/devices/wasm/storage.ts';
import { box, type Colour, figure, line, text } from './draw/svg.ts';

const COLOURS: readonly Colour[] = ['first', 'second', 'third', 'fourth'];

/** The step of the chapter: XOR by the ten lines of the README. */
async function captured(): Promise<WasmStep> {
  const device = await openDevice('wasm', { threads: 1, relaxed: false });
  const context = new nn.Context(device, 1);
  const x = Tensor.from(device, [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  const y = Tensor.from(device, [[0], [1], [1], [0]]);
  const model = new nn.Sequential(
    new nn.Linear(2, 8, { context }),
    new nn.Tanh(),
    new nn.Linear(8, 1, { context }),
  );
  const adam = new optim.Adam(model.parameters(), { lr: 0.05 });
  const step = await device.capture(() => {
    const loss = F.mean(F.pow(F.sub(model.forward(x), y), 2));
    backward(loss);
    adam.apply();
    adam.zeroGrad();
    return [loss];
  });
  return step as WasmStep;
}

/** Which launches need which memory of a step, a row for each block that is shared. */
export async function lifetimes(): Promise<string> {
  const { recorder } = await captured();
  const { launches } = recorder;
  const lives = new Map<WasmStorage, { first: number; last: number }>();
  launches.forEach(({ reads, writes }, at) => {
    for (const storage of [...reads, ...writes]) {
      const { whole } = recorder.root(storage);
      if (!recorder.made.includes(whole)) continue;
      const life = lives.get(whole) ?? { first: at, last: at };
      lives.set(whole, { ...life, last: at });
    }
  });
  const blocks = [...new Set([...lives.keys()].map(({ address }) => address))];
  const largest = (address: number) =>
    Math.max(...[...lives.keys()].filter((each) => each.address === address).map(({ length }) => 4 * length));
  const sorted = blocks.sort((a, b) => largest(b) - largest(a));
  const [left, top, high] = [68, 34, 22];
  const wide = (328 - left) / launches.length;
  const x = (launch: number) => left + launch * wide;
  const bottom = top + sorted.length * high;
  const rows = sorted.flatMap((address, row) => {
    const tenants = [...lives].filter(([storage]) => storage.address === address);
    const y = top + row * high;
    return [
      text(left - 8, y + 15, `${largest(address)} bytes`, { colour: 'faint', size: 11, anchor: 'end' }),
      ...tenants.map(([, { first, last }], i) =>
        box(x(first), y + 3, (last - first + 1) * wide, high - 6, {
          ...{ fill: COLOURS[i % COLOURS.length], opacity: 0.6, round: 3 },
        }),
      ),
    ];
  });
  return figure(
    'The memory of a step: each row a block, each bar a tensor from the launch that makes it to the last that reads it',
    bottom + 4,
    [
      text(left, 13, 'launches, from the first to the last', { anchor: 'start', colour: 'faint' }),
      ...Array.from({ length: launches.length + 1 }, (_, i) =>
        line(
          [
            [x(i), top - 6],
            [x(i), bottom],
          ],
          { colour: 'rule' },
        ),
      ),
      ...rows,
    ],
  );
}
