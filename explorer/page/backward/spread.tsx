import { digits } from '../../explain/written.ts';
import { numbersOf } from '../state/tape.ts';
import { binOf, histogramOf } from './histogram.ts';
import type { Followed } from './position.ts';

const [WIDTH, HEIGHT] = [160, 40];

/** How the weights of this one's tensor are spread, and their gradients, and where this one lies among them. */
export const Spread = ({ of: { parameter, index } }: { readonly of: Followed }) => (
  <div class="story-spread">
    <Bars name={`Weights of ${parameter.name}`} data={numbersOf(parameter.weight).data} index={index} />
    <Bars name="Their gradients" data={numbersOf(parameter.gradient).data} index={index} />
  </div>
);

interface BarsProps {
  readonly name: string;
  readonly data: ArrayLike<number>;
  readonly index: number;
}

/** Bars are as high as the root of their counts, so that few are seen beside many. */
function Bars({ name, data, index }: BarsProps) {
  const { most, counts } = histogramOf(data);
  const highest = Math.sqrt(Math.max(...counts, 1));
  const width = WIDTH / counts.length;
  const bars = counts.map((count, i) => {
    const height = (HEIGHT * Math.sqrt(count)) / highest;
    return `M${(i * width).toFixed(1)} ${HEIGHT}v${(-height).toFixed(1)}h${(width - 0.5).toFixed(1)}V${HEIGHT}z`;
  });
  const own = (binOf(data[index], most, counts.length) + 0.5) * width;
  const larger = Array.from(data).filter((n) => Math.abs(n) > Math.abs(data[index])).length;
  const said = `${name}: from −${digits(most)} to ${digits(most)}; ${larger} of ${data.length} are larger than this one`;
  return (
    <figure>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 6}`}
        width={WIDTH}
        height={HEIGHT + 6}
        role="img"
        aria-label={said}
      >
        <path d={bars.join('')} />
        {Number.isFinite(data[index]) && <path class="own" d={`M${own} ${HEIGHT}l-4 6h8z`} />}
      </svg>
      <figcaption>
        {name}, ±{digits(most)}
      </figcaption>
    </figure>
  );
}
