/**
 * What a tile of outputs sees of its source along one axis, for windows that move over it: forward from pixels to windows, or
 * backward from windows to the pixels that they hold. Both are the same to a kernel: each output has taps, and each tap a
 * place in the source, all of them known when the kernel is compiled.
 */

/** One axis of a window that moves. */
export interface Axis {
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding in front. */
  readonly before: number;
  /** How long the source is, and how long what is made. */
  readonly source: number;
  readonly size: number;
}

/** A tap of an output, and which of the places that its tile sees it meets. */
interface Tap {
  readonly tap: number;
  readonly place: number;
}

/** Where something lies from the start of a tile on, and whether that is inside in every tile. */
interface Place {
  readonly at: number;
  readonly isInside: boolean;
}

export interface Reach {
  /** From a tile to the next in the source. */
  readonly advance: number;
  /** The places that a tile sees in the source. */
  readonly places: readonly Place[];
  /** Its outputs, and the taps of each. */
  readonly outputs: readonly (Place & { readonly taps: readonly Tap[] })[];
  /** How many tiles there are. */
  readonly count: number;
}

function reachOf(
  { source, size }: Axis,
  advance: number,
  seenBy: readonly (readonly (readonly [tap: number, at: number])[])[],
): Reach {
  const count = Math.ceil(size / seenBy.length);
  const place = (at: number, step: number, length: number) => ({
    at,
    isInside: at >= 0 && (count - 1) * step + at < length,
  });
  const all = [...new Set(seenBy.flatMap((seen) => seen.map(([, at]) => at)))].sort((a, b) => a - b);
  return {
    ...{ advance, count, places: all.map((at) => place(at, advance, source)) },
    outputs: seenBy.map((seen, output) => ({
      ...place(output, seenBy.length, size),
      taps: seen.map(([tap, at]) => ({ tap, place: all.indexOf(at) })),
    })),
  };
}

const range = (length: number) => [...Array(length).keys()];

/** What `length` windows side by side see of an image. */
export const forward = (length: number, axis: Axis): Reach =>
  reachOf(
    axis,
    length * axis.stride,
    range(length).map((output) =>
      range(axis.taps).map((tap) => [tap, output * axis.stride + tap * axis.dilation - axis.before] as const),
    ),
  );

/** What `length` pixels side by side, which the stride must divide, see of the windows that hold them. */
export const backward = (length: number, axis: Axis): Reach =>
  reachOf(
    axis,
    length / axis.stride,
    range(length).map((pixel) =>
      range(axis.taps)
        .map((tap) => [tap, (pixel + axis.before - tap * axis.dilation) / axis.stride] as const)
        .filter(([, at]) => Number.isInteger(at)),
    ),
  );
