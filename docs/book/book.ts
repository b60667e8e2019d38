// What the examples of the chapters begin with.
import { CpuDevice, setDefaultDevice, Tensor } from 'inkgrad';

/** The device of the examples: plain typed arrays, in float64 so that printed digits are those of the arithmetic. */
setDefaultDevice(new CpuDevice({ floatType: 'float64' }));

/** A plane of numbers as one image with one channel, [1, 1, height, width], or as one filter that sees one channel. */
export const image = (rows: readonly (readonly number[])[]): Tensor => Tensor.from([[rows]]);

/** The digit that the chapters look at: a 7 in six rows of six pixels. */
export const seven = (): Tensor =>
  image([
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [0.0, 0.6, 0.9, 0.9, 0.8, 0.0],
    [0.0, 0.0, 0.0, 0.2, 0.9, 0.0],
    [0.0, 0.0, 0.1, 0.9, 0.2, 0.0],
    [0.0, 0.0, 0.7, 0.4, 0.0, 0.0],
    [0.0, 0.1, 0.9, 0.0, 0.0, 0.0],
  ]);

/** A kernel that looks for the lower edge of a horizontal stroke: ink above, paper below. */
export const edges = (): Tensor =>
  image([
    [1, 1, 1],
    [0, 0, 0],
    [-1, -1, -1],
  ]);

/** The class that is right, as a loss takes it. */
export const label = (right: number): Tensor => Tensor.from(Int32Array.of(right));

/** Prints a tensor, a line for each row of its last axis. */
export async function show(x: Tensor, digits = 2): Promise<void> {
  const numbers = [...(await x.read())].map((n) => written(n, digits));
  const width = Math.max(...numbers.map((text) => text.length));
  const columns = x.shape.at(-1) ?? 1;
  for (let start = 0; start < numbers.length; start += columns) {
    const row = numbers.slice(start, start + columns);
    console.log(row.map((text) => text.padStart(width)).join('  '));
  }
}

/** A number to some digits, without the sign of a zero. */
export const written = (n: number, digits: number): string => n.toFixed(digits).replace(/^-(0\.?0*)$/, '$1');
