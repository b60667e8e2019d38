/** The factor on the learning rate at `step` (0, 1, …) of `total`. */
export type Schedule = (step: number, total: number) => number;

const constant: Schedule = () => 1;

/** Half a cosine from 1 down to 0 (Loshchilov and Hutter, 2017). */
const cosine: Schedule = (step, total) => (1 + Math.cos((Math.PI * step) / Math.max(1, total))) / 2;

/** A tenth after each third of the way. */
const step: Schedule = (at, total) => 0.1 ** Math.floor((3 * at) / Math.max(1, total));

/**
 * One cycle (Smith and Topin, 2018), with PyTorch's defaults: warm-up along a cosine from 1/25 to 1 over the
 * first 30 %, then down to 1/250,000.
 */
const oneCycle: Schedule = (at, total) => {
  const peak = Math.max(1, 0.3 * total - 1);
  const last = Math.max(peak + 1, total - 1);
  const along = (from: number, to: number, share: number) =>
    to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, share)))) / 2;
  return at <= peak ? along(1 / 25, 1, at / peak) : along(1, 1 / 25e4, (at - peak) / (last - peak));
};

/** By the names that the command line takes. */
export const schedules = { constant, step, cosine, 'one-cycle': oneCycle } satisfies Record<string, Schedule>;

/** Rises linearly over the first `steps` steps, then follows the schedule over the rest. */
export const withWarmup =
  (schedule: Schedule, steps: number): Schedule =>
  (at, total) =>
    at < steps ? (at + 1) / (steps + 1) : schedule(at - steps, total - steps);
