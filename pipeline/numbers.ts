import * as v from 'valibot';

/** A whole number of at least `least`, at most `most`. */
export const whole = (least: number, most = Number.POSITIVE_INFINITY) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

/** A whole number that has a middle, such as the side of a window. */
export const odd = (least: number, most: number) =>
  v.pipe(
    whole(least, most),
    v.check((n) => n % 2 === 1),
  );

/** A number of at least `least`, at most `most`. */
export const within = (least: number, most: number) =>
  v.pipe(v.number(), v.minValue(least), v.maxValue(most));

/** A number from 0 to less than 1. */
export const share = v.pipe(v.number(), v.minValue(0), v.ltValue(1));

/** Any number that is no infinity. */
export const finite = v.pipe(v.number(), v.finite());

/** Any number above 0 that is no infinity. */
export const positive = v.pipe(finite, v.gtValue(0));
