/**
 * The phases of a stride: pixels of an input whose places leave the same remainder by the stride see the same taps of a
 * window, and all others see none of these. So the gradient of an input is one convolution with stride 1 for each phase.
 */

/** A tap along one axis, and how far from its own place a pixel of its phase finds the gradient that it weighs. */
interface Tap {
  readonly tap: number;
  readonly shift: number;
}

/** The taps of each phase, in order: those for which place + before − tap·dilation is a whole number of strides. */
export function phasesOf(taps: number, stride: number, dilation: number, before: number): Tap[][] {
  const phases = Array.from({ length: stride }, (): Tap[] => []);
  for (let tap = 0; tap < taps; tap++) {
    const shift = Math.ceil((before - tap * dilation) / stride);
    phases[shift * stride - before + tap * dilation].push({ tap, shift });
  }
  return phases;
}

/**
 * What the pixels of a phase sum up along one axis: `count` taps from number `tap` on, each `tapStep` before the last one,
 * weigh what lies in the frame from place `start` on, `step` apart.
 */
interface Phase {
  /** The first pixel, and how many there are, a stride apart. */
  readonly first: number;
  readonly pixels: number;
  readonly count: number;
  readonly tap: number;
  readonly tapStep: number;
  readonly start: number;
  readonly step: number;
}

/** One axis of the gradient of an input, and of the frame around the output's gradient that all of its phases see. */
interface PhasedAxis {
  /** Those that have pixels; some may have no taps. */
  readonly phases: readonly Phase[];
  /** The length of the frame, and where the gradient begins in it. */
  readonly size: number;
  readonly first: number;
}

/** An axis of a convolution. */
interface Axis {
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding in front. */
  readonly before: number;
  /** How long the image is, and how long the output. */
  readonly image: number;
  readonly output: number;
}

/** The phases of one axis, and the frame that they see. */
export function phasedAxis({ taps, stride, dilation, before, image, output }: Axis): PhasedAxis {
  const all = phasesOf(taps, stride, dilation, before)
    .map((seen, first) => ({ seen, first, pixels: Math.ceil((image - first) / stride) }))
    .filter(({ pixels }) => pixels > 0);
  const low = Math.min(0, ...all.flatMap(({ seen }) => seen.map(({ shift }) => shift)));
  const ends = all.flatMap(({ seen, pixels }) => seen.map(({ shift }) => shift + pixels));
  const phases = all.map(({ seen, first, pixels }): Phase => {
    // From the last tap to the first the places count up.
    const { tap, shift } = seen.at(-1) ?? { tap: 0, shift: 0 };
    const next = seen.at(-2) ?? { tap: tap - 1, shift: shift + 1 };
    return {
      ...{ first, pixels, count: seen.length },
      ...{ tap, tapStep: tap - next.tap, start: shift - low, step: next.shift - shift },
    };
  });
  return { phases, size: Math.max(output, ...ends) - low, first: -low };
}
