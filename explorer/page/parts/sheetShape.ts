import type { Shape } from '../../../engine/shape.ts';
import type { Box } from './sheet.tsx';

type Axes = readonly number[];

/** How values of each rank are laid out: [images,channels,rows,columns] as maps, [1,features] as a vector, other tables as one map. */
const layouts: Readonly<Record<number, (shape: Shape, place: Axes) => Axes>> = {
  0: () => [0],
  1: (_shape, place) => place,
  2: ([rows], [row, column]) => (rows === 1 ? [column] : [0, row, column]),
  3: (shape, place) => (isColumn(shape) ? [place[0]] : place),
  4: ([, channels, height, width], [n, c, row, column]) =>
    height * width === 1 ? [n * channels + c] : [n * channels + c, row, column],
};

const isColumn = ([, height, width]: Shape): boolean => height * width === 1;

/** The shape of a sheet that shows a value. */
export function sheetShape(shape: Shape): Shape {
  if (shape.length < 2) return [shape[0] ?? 1];
  const last = (layouts[shape.length] ?? layouts[1])(
    shape,
    shape.map((n) => n - 1),
  );
  return last.map((n) => n + 1);
}

/** A box of a value as a box of its sheet. */
export function sheetBox(shape: Shape, { low, high }: Box): Box {
  const laid = layouts[shape.length] ?? layouts[1];
  return { low: laid(shape, low), high: laid(shape, high) };
}
