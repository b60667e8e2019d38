import type { Counters } from '../../device.ts';

/** What a device counts, before it has done anything. */
export const newCounters = (): Counters => ({
  launches: 0,
  submits: 0,
  allocations: 0,
  bindGroups: 0,
  live: 0,
  liveBytes: 0,
});
