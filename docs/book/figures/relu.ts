import { backward, F, Tensor } from 'inkgrad';
import { plot } from './draw/plot.ts';
import { figure, line, type Point } from './draw/svg.ts';

/** ReLU and what `backward` says of it, in two pictures side by side. */
export async function relu(): Promise<string> {
  // On both sides of the corner, and as close to it as one can see.
  const places = [-2, -0.001, 0.001, 2];
  const x = Tensor.from(places).trained();
  const y = F.relu(x);
  backward(F.sum(y));
  const [values, slopes] = [await y.read(), await x.grad.read()];
  const size = { top: 28, width: 128, height: 84, x: [-2, 2], y: [-0.25, 2], xTicks: [-2, 0, 2] } as const;
  const first = plot({ ...size, left: 26, yTicks: [0, 1, 2], yName: 'relu(x)', xName: 'x' });
  const second = plot({ ...size, left: 198, yTicks: [0, 1, 2], yName: 'its slope', xName: 'x' });
  const points = (at: (x: number, y: number) => Point, numbers: ArrayLike<number>): Point[] =>
    places.map((place, i) => at(place, numbers[i]));
  const jump = points(second.at, slopes);
  return figure('ReLU and its slope, which jumps from 0 to 1', 146, [
    first.axes,
    line(points(first.at, values), { colour: 'second', width: 2.5 }),
    second.axes,
    line(jump.slice(1, 3), { colour: 'first', isDashed: true }),
    line(jump.slice(0, 2), { colour: 'first', width: 2.5 }),
    line(jump.slice(2), { colour: 'first', width: 2.5 }),
  ]);
}
