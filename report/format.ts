import { grouped } from '../pipeline/text/grouped.ts';

/** More are refused by `toFixed`. */
const MOST_DECIMALS = 100;

/** Three digits that count: 0.0123, 1.23, 123, 12,300. */
export function three(n: number): string {
  if (!Number.isFinite(n)) return '–';
  const rounded = Number(n.toPrecision(3));
  const decimals = rounded === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
  return decimals === 0 ? grouped(rounded) : rounded.toFixed(Math.min(decimals, MOST_DECIMALS));
}

/** 0.123 → `12.30 %`. */
export const percent = (share: number, digits = 2): string => `${(100 * share).toFixed(digits)} %`;

/** 0.123 → `12 %`, 0.00123 → `0.12 %`. */
export const share = (part: number): string =>
  `${part >= 0.0995 ? Math.round(100 * part) : (100 * part).toPrecision(2)} %`;

/** Milliseconds in the unit that needs the fewest digits. */
export function duration(ms: number): string {
  if (ms < 1) return `${three(1000 * ms)} µs`;
  return ms < 1000 ? `${three(ms)} ms` : `${three(ms / 1000)} s`;
}

/** The same for round numbers, as on an axis: `1 ms`. */
export const roundDuration = (ms: number): string => duration(ms).replace(/\.0+(?= )/, '');
