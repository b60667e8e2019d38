/** The factor on the learning rate at `step` (0, 1, …) of `total`. */
export type Schedule = (step: number, total: number) => number;

/**
 * Schedules by the names that the command line takes.
 *
 * @category Schedules
 */
export const schedules = {
  /** 1 all the way. */
  constant: () => 1,
  /** A tenth after each third of the way. */
  step: (at, total) => 0.1 ** Math.floor((3 * at) / Math.max(1, total)),
  /** Up to 1 over the first fifth of the way, then down to 0, each in a straight line. */
  triangle: (at, total) => {
    const peak = Math.ceil(0.2 * total);
    return at < peak ? (at + 1) / (peak + 1) : Math.max(0, total - at) / Math.max(1, total - peak);
  },
  /** Half a cosine from 1 down to 0 (Loshchilov and Hutter, 2017). */
  cosine: (at, total) => (1 + Math.cos((Math.PI * at) / Math.max(1, total))) / 2,
  /**
   * One cycle (Smith and Topin, 2018), with PyTorch's defaults: warm-up along a cosine from 1/25 to 1 over the first 30 %,
   * then down to 1/250,000.
   */
  'one-cycle': (at, total) => {
    const peak = Math.max(1, 0.3 * total - 1);
    const last = Math.max(peak + 1, total - 1);
    const along = (from: number, to: number, share: number) =>
      to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, share)))) / 2;
    return at <= peak ? along(1 / 25, 1, at / peak) : along(1, 1 / 25e4, (at - peak) / (last - peak));
  },
} satisfies Record<string, Schedule>;

/**
 * Rises linearly over the first `steps` steps, then follows the schedule over the rest.
 *
 * @param schedule what follows, such as one of `schedules`
 * @param steps how many steps it takes
 * @category Schedules
 * @example
 * import { optim } from 'inkgrad';
 *
 * const schedule = optim.withWarmup(optim.schedules.constant, 3);
 * console.log([0, 1, 2, 3].map((step) => schedule(step, 10)));
 * // [ 0.25, 0.5, 0.75, 1 ]
 */
export const withWarmup =
  (schedule: Schedule, steps: number): Schedule =>
  (at, total) =>
    at < steps ? (at + 1) / (steps + 1) : schedule(at - steps, total - steps);
