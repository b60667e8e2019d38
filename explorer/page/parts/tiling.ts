/** How maps of numbers lie side by side on one canvas; lengths in CSS pixels. */
export interface Tiling {
  /** maps, and the numbers of each; a vector is one map, whose last row may be short */
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly numbers: number;
  /** the side of one number */
  readonly unit: number;
  /** maps in a row */
  readonly columns: number;
  /** width and height of the canvas */
  readonly size: readonly [number, number];
}

/** Between two maps. */
const GAP = 4;
/** What a map's longer side comes near to, and that of one alone. */
const SIDE = 84;
const ALONE = 168;
/** The largest side of a number. */
const LARGEST = 16;

/** Sides of the numbers of a vector, by how many they are. */
const vectorUnits: readonly (readonly [most: number, unit: number])[] = [
  [16, 22],
  [64, 14],
  [256, 10],
  [1024, 7],
  [Infinity, 5],
];

/** How many numbers of a vector a row has: as many as fit and divide it, so that rows are full where they can be. */
function rowOf(length: number, most: number): number {
  if (length <= most) return length;
  for (let width = most; width > most / 2; width--) if (length % width === 0) return width;
  return most;
}

/**
 * @param shape [maps,rows,columns], or [length] of a vector
 * @param room the width that there is
 * @param group maps that belong together: a row has a multiple of so many, where they fit
 */
export function tilingOf(shape: readonly number[], room: number, group = 1): Tiling {
  const numbers = shape.reduce((product, n) => product * n, 1);
  const isVector = shape.length === 1 || shape.slice(1).every((n) => n === 1);
  if (isVector) {
    const unit = vectorUnits.find(([most]) => numbers <= most)![1];
    const width = rowOf(numbers, Math.max(1, Math.floor(room / unit)));
    const height = Math.ceil(numbers / width);
    return { ...laid(1, height, width, unit, 1), numbers };
  }
  const [count, height, width] = shape;
  // A table alone may be wide and low.
  const side = count === 1 ? ALONE / height : SIDE / Math.max(height, width);
  const unit = Math.max(1, Math.min(LARGEST, Math.floor(side), Math.floor(room / width)));
  const fit = Math.max(1, Math.floor((room + GAP) / (width * unit + GAP)));
  // Rows are of one length where they can be.
  const even = Math.ceil(count / Math.ceil(count / fit));
  const columns = Math.min(count, group > 1 && fit >= group ? fit - (fit % group) : even);
  return { ...laid(count, height, width, unit, columns), numbers };
}

function laid(count: number, height: number, width: number, unit: number, columns: number) {
  const rows = Math.ceil(count / columns);
  const across = (maps: number, length: number) => maps * (length * unit + GAP) - GAP;
  const size: readonly [number, number] = [across(columns, width), across(rows, height)];
  return { count, height, width, unit, columns, size };
}

/** Where a number lies: rows and columns of numbers, all maps together. */
export function gridPlace({ height, width, columns }: Tiling, index: number): [row: number, column: number] {
  const map = Math.floor(index / (height * width));
  const within = index % (height * width);
  return [
    Math.floor(map / columns) * height + Math.floor(within / width),
    (map % columns) * width + (within % width),
  ];
}

/** The number there; null where there is none. */
export function numberAt({ count, height, width, columns, numbers }: Tiling, row: number, column: number) {
  if (row < 0 || column < 0 || column >= columns * width) return null;
  const map = Math.floor(row / height) * columns + Math.floor(column / width);
  const index = (map * height + (row % height)) * width + (column % width);
  return map < count && index < numbers ? index : null;
}

const pixels = (length: number, unit: number, at: number): number =>
  at * unit + Math.floor(at / length) * GAP;
const numbersAt = (length: number, unit: number, pixel: number): number => {
  const map = Math.floor(pixel / (length * unit + GAP));
  const within = Math.floor((pixel - map * (length * unit + GAP)) / unit);
  return map * length + Math.min(within, length - 1);
};

/** The left upper corner of a number. */
export function cornerOf(tiling: Tiling, index: number): [x: number, y: number] {
  const [row, column] = gridPlace(tiling, index);
  return [pixels(tiling.width, tiling.unit, column), pixels(tiling.height, tiling.unit, row)];
}

/** The number under a pixel; in a gap, the one before it. */
export const numberUnder = (tiling: Tiling, x: number, y: number): number | null =>
  numberAt(tiling, numbersAt(tiling.height, tiling.unit, y), numbersAt(tiling.width, tiling.unit, x));

/** The outline of the numbers from `low` to `high`, both places of the shape that the tiling is of, as the path of an SVG. */
export function outline(tiling: Tiling, low: readonly number[], high: readonly number[]): string {
  const { height, width, unit, numbers } = tiling;
  const box = (first: number, last: number) => {
    const [[x, y], [right, bottom]] = [cornerOf(tiling, first), cornerOf(tiling, last)];
    return `M${x} ${y}H${right + unit}V${bottom + unit}H${x}Z`;
  };
  if (low.length === 1) {
    const [[first], [last]] = [low, high];
    if (first === 0 && last === numbers - 1 && numbers % width === 0) return box(first, last);
    // A run that goes on in the next row is drawn row by row.
    let path = '';
    for (let at = first; at <= last; at = (Math.floor(at / width) + 1) * width) {
      path += box(at, Math.min(last, (Math.floor(at / width) + 1) * width - 1));
    }
    return path;
  }
  let path = '';
  for (let map = low[0]; map <= high[0]; map++) {
    const at = ([, row, column]: readonly number[]) => (map * height + row) * width + column;
    path += box(at(low), at(high));
  }
  return path;
}

/** The first place and the last one, as `outline` takes them. */
export const ends = ({ count, height, width, numbers }: Tiling): [low: number[], high: number[]] =>
  count === 1
    ? [[0], [numbers - 1]]
    : [
        [0, 0, 0],
        [count - 1, height - 1, width - 1],
      ];

/** Paints the numbers of a tiling, each as a square. */
export function paintTiles(
  context: CanvasRenderingContext2D,
  tiling: Tiling,
  data: ArrayLike<number>,
  colour: (n: number) => number,
): void {
  const { count, height, width, unit, columns, numbers } = tiling;
  const image = context.createImageData(...tiling.size);
  const across = image.width;
  const pixel = new Uint32Array(image.data.buffer);
  for (let map = 0; map < count; map++) {
    const left = (map % columns) * (width * unit + GAP);
    const top = Math.floor(map / columns) * (height * unit + GAP);
    for (let row = 0; row < height; row++) {
      const first = (map * height + row) * width;
      const start = (top + row * unit) * across + left;
      for (let column = 0; column < width && first + column < numbers; column++) {
        pixel.fill(colour(data[first + column]), start + column * unit, start + (column + 1) * unit);
      }
      for (let line = 1; line < unit; line++) {
        pixel.copyWithin(start + line * across, start, start + width * unit);
      }
    }
  }
  context.putImageData(image, 0, 0);
}
