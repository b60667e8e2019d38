/** An upright box of whole pixels. */
export interface Box {
  /** its first column */
  readonly x: number;
  /** its first row */
  readonly y: number;
  /** columns, ≥ 1 */
  readonly width: number;
  /** rows, ≥ 1 */
  readonly height: number;
}

/** The column behind the last. */
export const rightOf = ({ x, width }: Box): number => x + width;

/** The row below the last. */
export const bottomOf = ({ y, height }: Box): number => y + height;

export const middleOf = ({ x, y, width, height }: Box) => ({ x: x + width / 2, y: y + height / 2 });

/** Columns between two boxes; negative where they share some. */
export const gapAcross = (a: Box, b: Box): number => Math.max(a.x, b.x) - Math.min(rightOf(a), rightOf(b));

/** Rows between two boxes; negative where they share some. */
export const gapDown = (a: Box, b: Box): number => Math.max(a.y, b.y) - Math.min(bottomOf(a), bottomOf(b));

export const holds = (outer: Box, inner: Box): boolean =>
  outer.x <= inner.x &&
  outer.y <= inner.y &&
  rightOf(outer) >= rightOf(inner) &&
  bottomOf(outer) >= bottomOf(inner);

/** The smallest box around others, of which there must be one. */
export function boxAround(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const width = Math.max(...boxes.map(rightOf)) - x;
  const height = Math.max(...boxes.map(bottomOf)) - y;
  return { x, y, width, height };
}
