import { backward, F, optim, Tensor } from 'inkgrad';
import { plot } from './draw/plot.ts';
import { type Colour, dot, figure, line, text } from './draw/svg.ts';

/** A valley, twenty times as steep across as along: (x² + 20y²)/2. */
const STEEP = 20;
const loss = (w: Tensor): Tensor => F.sum(F.mul(F.pow(w, 2), Tensor.from([0.5, STEEP / 2])));

const START = [-4, 1] as const;
const STEPS = 40;

/** Where an optimiser goes in the valley. */
async function path(optimiserOf: (w: Tensor) => optim.Optimizer): Promise<[number, number][]> {
  const w = Tensor.from([...START]).trained();
  const optimiser = optimiserOf(w);
  const places: [number, number][] = [[...START]];
  for (let step = 0; step < STEPS; step++) {
    optimiser.zeroGrad();
    backward(loss(w));
    optimiser.step();
    const [x, y] = await w.read();
    places.push([x, y]);
  }
  return places;
}

const walks: readonly { name: string; colour: Colour; of: (w: Tensor) => optim.Optimizer }[] = [
  { name: 'gradient descent', colour: 'first', of: (w) => new optim.SGD([w], { lr: 0.09 }) },
  { name: 'with momentum', colour: 'second', of: (w) => new optim.SGD([w], { lr: 0.02, momentum: 0.85 }) },
  { name: 'Adam', colour: 'third', of: (w) => new optim.Adam([w], { lr: 0.25 }) },
];

/** Three optimisers in one valley, a picture for each. */
export async function descent(): Promise<string> {
  const parts: string[] = [];
  for (const [i, { name, colour, of }] of walks.entries()) {
    const top = 20 + i * 116;
    const { at } = plot({
      ...{ left: 0, top, width: 328, height: 84, x: [-4.4, 1.6], y: [-1.3, 1.3], xTicks: [], yTicks: [] },
    });
    for (const level of [0.15, 1, 3, 6, 9]) {
      const round = Array.from({ length: 97 }, (_, j) => (Math.PI * j) / 48);
      const ring = round.map((t) =>
        at(Math.sqrt(2 * level) * Math.cos(t), Math.sqrt((2 * level) / STEEP) * Math.sin(t)),
      );
      const inside = ring.filter(([x, y]) => x >= 0 && x <= 328 && y >= top && y <= top + 84);
      if (inside.length === ring.length) parts.push(line(ring, { colour: 'rule' }));
      else
        parts.push(
          ...pieces(ring, (point) => inside.includes(point)).map((piece) => line(piece, { colour: 'rule' })),
        );
    }
    const places = (await path(of)).map(([x, y]) => at(x, y));
    parts.push(
      text(0, top - 6, name, { anchor: 'start' }),
      line(places, { colour, width: 1.5 }),
      ...places.map(([x, y]) => dot(x, y, 2, colour)),
      dot(...at(0, 0), 3, 'text'),
    );
  }
  return figure(
    `Forty steps in a valley that is steep across and flat along, by gradient descent, with momentum and by Adam`,
    20 + 2 * 116 + 84,
    parts,
  );
}

/** The stretches of a line whose points are inside. */
function pieces<T>(points: readonly T[], isInside: (point: T) => boolean): T[][] {
  const found: T[][] = [[]];
  for (const point of points) {
    if (isInside(point)) found.at(-1)!.push(point);
    else if (found.at(-1)!.length > 0) found.push([]);
  }
  return found.filter(({ length }) => length > 1);
}
