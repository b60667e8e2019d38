import type { Channels, ImageForm } from '../../image/image.ts';

/** Square images as IDX files have them: without an axis of channels, or with one before rows and columns or behind. */
interface Axes {
  readonly count: number;
  readonly size: number;
  /** 1, 3, or 4 with opacity */
  readonly stored: number;
  /** whether the channels of a pixel lie side by side, as in pictures */
  readonly isLast: boolean;
}

const isChannels = (length: number): boolean => length === 1 || length === 3 || length === 4;

/** What the axes of a file mean; undefined where they are no square images. */
function axesOf([count, ...axes]: readonly number[]): Axes | undefined {
  const isSquare = (rows: number, columns: number) => rows === columns && rows > 0;
  if (axes.length === 2)
    return isSquare(axes[0], axes[1]) ? { count, size: axes[0], stored: 1, isLast: false } : undefined;
  const [first, middle, last] = axes;
  if (isChannels(last) && isSquare(first, middle)) return { count, size: first, stored: last, isLast: true };
  if (isChannels(first) && isSquare(middle, last)) return { count, size: last, stored: first, isLast: false };
  return undefined;
}

/**
 * The images of an IDX file channel by channel; what is clear shows white paper, as in pictures.
 *
 * @param shape [count, rows, columns], or with an axis of 1, 3 or 4 channels before or behind rows and columns
 * @returns undefined where they are no square images
 */
export function imagesOfIdx(
  data: Uint8Array,
  shape: readonly number[],
): (ImageForm & { readonly images: Uint8Array }) | undefined {
  const axes = axesOf(shape);
  if (axes === undefined) return undefined;
  const { count, size, stored, isLast } = axes;
  const channels: Channels = stored === 1 ? 1 : 3;
  if (stored === 1 || (stored === 3 && !isLast)) return { size, channels, images: data };
  const plane = size * size;
  const images = new Uint8Array(count * channels * plane);
  for (let i = 0; i < count; i++) {
    const from = i * stored * plane;
    const at = (k: number, pixel: number) =>
      data[isLast ? from + pixel * stored + k : from + k * plane + pixel];
    for (let k = 0; k < channels; k++) {
      for (let pixel = 0; pixel < plane; pixel++) {
        const alpha = stored === 4 ? at(3, pixel) / 255 : 1;
        images[(i * channels + k) * plane + pixel] = Math.round(alpha * at(k, pixel) + (1 - alpha) * 255);
      }
    }
  }
  return { size, channels, images };
}
