import { largest } from '../parts/map.tsx';
import { tintOf } from '../parts/tones.ts';
import { numbersOf } from '../state/tape.ts';
import type { Followed } from './position.ts';

/** Channels of a filter that are shown at the most; of more, the one that the weight is of. */
const MOST = 8;
/** The side of a number, in units of the drawing, and what is between two channels. */
const [CELL, GAP] = [10, 4];
const SIDE = 14;

/** The filter that a weight is of: a square for each weight, and on it a dot for its gradient. */
export function Filter({ of: { parameter, index } }: { readonly of: Followed }) {
  const { shape } = parameter.weight;
  if (shape.length !== 4 || shape[2] * shape[3] === 1) return null;
  const [, channels, height, width] = shape;
  const each = height * width;
  const [weights, gradients] = [numbersOf(parameter.weight).data, numbersOf(parameter.gradient).data];
  const filter = Math.floor(index / (channels * each));
  const own = Math.floor(index / each) % channels;
  const shown = channels <= MOST ? Array.from({ length: channels }, (_, c) => c) : [own];
  const first = filter * channels * each;
  const of = (data: ArrayLike<number>) => Array.from({ length: channels * each }, (_, i) => data[first + i]);
  const [mostWeight, mostGradient] = [weights, gradients].map((data) => largest(of(data), channels * each));
  const span = shown.length * (width * CELL + GAP) - GAP;
  const said = `Filter ${filter} of ${parameter.name}${channels > 1 ? `, ${shown.length === 1 ? `channel ${own}` : `all ${channels} channels`}` : ''}: weights to ±${mostWeight.toPrecision(2)}, gradients to ±${mostGradient.toPrecision(2)}`;
  return (
    <figure class="story-filter">
      <svg
        viewBox={`-1 -1 ${span + 2} ${height * CELL + 2}`}
        style={{ width: `${((span + 2) * SIDE) / CELL}px` }}
        role="img"
        aria-label={said}
      >
        {shown.map((channel, i) =>
          Array.from({ length: each }, (_, k) => {
            const at = first + channel * each + k;
            const x = i * (width * CELL + GAP) + (k % width) * CELL;
            const y = Math.floor(k / width) * CELL;
            const share = mostGradient > 0 ? Math.sqrt(Math.abs(gradients[at]) / mostGradient) : 0;
            return (
              <g key={at}>
                <rect
                  x={x}
                  y={y}
                  width={CELL}
                  height={CELL}
                  style={{ fill: tintOf(weights[at], mostWeight) }}
                />
                <circle
                  cx={x + CELL / 2}
                  cy={y + CELL / 2}
                  r={0.42 * CELL * share}
                  class={gradients[at] < 0 ? 'below' : 'above'}
                />
                {at === index && <rect class="own" x={x} y={y} width={CELL} height={CELL} />}
              </g>
            );
          }),
        )}
      </svg>
      <figcaption>Squares: filter {filter}. Dots: the gradient; blue below 0, orange above.</figcaption>
    </figure>
  );
}
