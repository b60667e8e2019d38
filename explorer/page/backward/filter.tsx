import type { TracedParameter } from '../../tape/tape.ts';
import { largest } from '../parts/map.tsx';
import { tintOf } from '../parts/tones.ts';
import { network } from '../state/session.ts';
import { numbersOf } from '../state/tape.ts';
import type { Followed } from './position.ts';

/** Channels of a filter that are shown at the most; of more, the one that the weight is of. */
const MOST = 8;
/** The side of a number, in units of the drawing, and what is between two channels. */
const [CELL, GAP] = [10, 4];
const SIDE = 14;
/** Inputs of a unit in a row, where they lie on no map; and how many are shown at the most. */
const [ROW, INPUTS] = [16, 256];

/** How the weights of one filter or unit lie: [channels,rows,columns]; null where there is nothing to see. */
function planesOf({ name, weight: { shape } }: TracedParameter): readonly [number, number, number] | null {
  if (shape.length === 4) return shape[2] * shape[3] === 1 ? null : [shape[1], shape[2], shape[3]];
  if (shape.length !== 2) return null;
  const before = network.value?.layers[Number(name.split('.')[0]) - 1];
  if (before?.spec.type === 'flatten' && before.input.length === 3)
    return before.input as [number, number, number];
  return shape[1] > INPUTS ? null : [1, Math.ceil(shape[1] / ROW), Math.min(ROW, shape[1])];
}

/** The filter or unit that a weight is of: a square for each weight, and on it a dot for its gradient. */
export function Filter({ of: { parameter, index } }: { readonly of: Followed }) {
  const planes = planesOf(parameter);
  if (planes === null) return null;
  const [channels, height, width] = planes;
  const { shape } = parameter.weight;
  const count = shape.slice(1).reduce((product, n) => product * n, 1);
  const each = Math.min(height * width, count);
  const [weights, gradients] = [parameter.weight, parameter.gradient].map((use) => numbersOf(use).data);
  const filter = Math.floor(index / count);
  const own = Math.floor((index % count) / each);
  const shown = channels <= MOST ? Array.from({ length: channels }, (_, c) => c) : [own];
  const first = filter * count;
  const most = (data: ArrayLike<number>) =>
    largest(
      Array.from({ length: count }, (_, i) => data[first + i]),
      count,
    );
  const [mostWeight, mostGradient] = [weights, gradients].map(most);
  const span = shown.length * (width * CELL + GAP) - GAP;
  const title = `${shape.length === 4 ? 'filter' : 'unit'} ${filter}`;
  const part = channels === 1 ? '' : shown.length === 1 ? `, channel ${own}` : `, all ${channels} channels`;
  const said = `${parameter.name}, ${title}${part}: weights to ±${mostWeight.toPrecision(2)}, gradients to ±${mostGradient.toPrecision(2)}`;
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
            const radius = 0.42 * CELL * Math.sqrt(Math.abs(gradients[at]) / mostGradient);
            return (
              <g key={at}>
                <rect
                  x={x}
                  y={y}
                  width={CELL}
                  height={CELL}
                  style={{ fill: tintOf(weights[at], mostWeight) }}
                />
                {Number.isFinite(radius) && (
                  <circle
                    cx={x + CELL / 2}
                    cy={y + CELL / 2}
                    r={radius}
                    class={gradients[at] < 0 ? 'below' : 'above'}
                  />
                )}
                {at === index && <rect class="own" x={x} y={y} width={CELL} height={CELL} />}
              </g>
            );
          }),
        )}
      </svg>
      <figcaption>
        Squares: {title}
        {channels > 1 && shown.length === 1 && `, channel ${own}`}. Dots: the gradient; blue below 0, orange
        above.
      </figcaption>
    </figure>
  );
}
