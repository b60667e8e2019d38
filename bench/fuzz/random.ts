import type { Random } from '../../engine/random.ts';

/** One of some things. */
export const oneOf = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)];

/** Whether something of such a probability happens. */
export const happens = (random: Random, share: number): boolean => random.uniform() < share;
