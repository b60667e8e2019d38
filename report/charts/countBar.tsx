import { grouped } from '../../pipeline/text/grouped.ts';

/** The classes of style of series, in their order. */
export const SERIES = ['first', 'second', 'third'] as const;

/** One series of a bar: how many, and of what. */
export interface Share {
  readonly name: string;
  readonly count: number;
}

const [WIDTH, HEIGHT] = [120, 8];

const told = ({ name, count }: Share): string => `${name}: ${grouped(count)}`;

/** Counts as one bar, side by side; a full bar stands for `most`. Small, and there may be thousands of them. */
export function CountBar({ shares, most }: { shares: readonly Share[]; most: number }) {
  const longs = shares.map(({ count }) => Number(((WIDTH * count) / Math.max(1, most)).toFixed(2)));
  const starts = longs.map((_, i) => longs.slice(0, i).reduce((sum, long) => sum + long, 0));
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img">
      <title>{shares.map(told).join(', ')}</title>
      {shares.map((share, i) => (
        <rect class={SERIES[i]} x={starts[i]} y={0} width={longs[i]} height={HEIGHT}>
          <title>{told(share)}</title>
        </rect>
      ))}
    </svg>
  );
}
