import type { Stroke } from './strokes.ts';

/** From left and top to right and bottom. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Bytes above this are ink. */
const INK = 96;

/** The ink of a prepared image, size² bytes; null where there is none. */
export function inkOf(image: Uint8Array, size: number): Rectangle | null {
  let [left, top, right, bottom] = [size, size, 0, 0];
  image.forEach((byte, i) => {
    if (byte <= INK) return;
    const [x, y] = [i % size, Math.floor(i / size)];
    [left, top, right, bottom] = [
      Math.min(left, x),
      Math.min(top, y),
      Math.max(right, x + 1),
      Math.max(bottom, y + 1),
    ];
  });
  return right === 0 ? null : { left, top, right, bottom };
}

/** The ink of strokes on the paper. */
export function extentOf(strokes: readonly Stroke[]): Rectangle {
  const points = strokes.flat();
  return {
    left: Math.min(...points.map(({ x, width }) => x - width / 2)),
    top: Math.min(...points.map(({ y, width }) => y - width / 2)),
    right: Math.max(...points.map(({ x, width }) => x + width / 2)),
    bottom: Math.max(...points.map(({ y, width }) => y + width / 2)),
  };
}

const middle = ({ left, top, right, bottom }: Rectangle) => [(left + right) / 2, (top + bottom) / 2] as const;
const longer = ({ left, top, right, bottom }: Rectangle): number => Math.max(right - left, bottom - top);

/**
 * Where a box of the prepared image lies on the paper. Preparation cuts the ink out, scales it alike in both directions and
 * moves it: the ink of the one is that of the other.
 */
export function onPaper(box: Rectangle, prepared: Rectangle, drawn: Rectangle): Rectangle {
  const scale = longer(drawn) / longer(prepared);
  const [fromX, fromY] = middle(prepared);
  const [toX, toY] = middle(drawn);
  return {
    left: toX + scale * (box.left - fromX),
    top: toY + scale * (box.top - fromY),
    right: toX + scale * (box.right - fromX),
    bottom: toY + scale * (box.bottom - fromY),
  };
}
