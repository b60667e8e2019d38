import { three } from '../../../report/format.ts';
import type { Histogram } from '../../lab/train/insight.ts';
import { network } from '../state/session.ts';
import { insight } from './insight.ts';

/** How weights and gradients are spread, layer by layer. */
export function Spreads() {
  const parameters = insight.value?.parameters ?? [];
  if (parameters.length === 0) return null;
  return (
    <section aria-label="Weights and gradients">
      <h2>
        Weights and gradients <small>of the mean loss of 64 training images</small>
      </h2>
      <div class="train-scroll">
        <table class="train-spreads">
          <thead>
            <tr>
              <th scope="col">parameter</th>
              <th scope="col">weights</th>
              <th scope="col">gradients</th>
            </tr>
          </thead>
          <tbody>
            {parameters.map(({ name, shape, weights, gradients }) => (
              <tr key={name}>
                <th scope="row">
                  {titleOf(name)} <small>{shape.join('×')}</small>
                </th>
                <td>
                  <Bars of={weights} name="weights" />
                </td>
                <td>{gradients ? <Bars of={gradients} name="gradients" /> : <small>–</small>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** `3.weight` → `3 linear weight`. */
function titleOf(name: string): string {
  const [at, ...rest] = name.split('.');
  const type = network.value?.layers[Number(at)]?.spec.type;
  return type === undefined ? name : `${at} ${type} ${rest.join('.')}`;
}

const [WIDTH, HEIGHT] = [164, 36];

/** A histogram; counts by the root of their height, so that few are seen beside many. */
function Bars({ of: { least, most, counts, size }, name }: { of: Histogram; name: string }) {
  const highest = Math.sqrt(Math.max(...counts, 1));
  const width = WIDTH / counts.length;
  const bars = counts.map((count, i) => {
    const height = (HEIGHT * Math.sqrt(count)) / highest;
    return `M${(i * width).toFixed(1)} ${HEIGHT}v${(-height).toFixed(1)}h${(width - 0.5).toFixed(1)}V${HEIGHT}z`;
  });
  const said = `${name} from ${three(least)} to ${three(most)}; root of the mean square ${three(size)}`;
  return (
    <figure class="train-bars">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={said}>
        <path d={bars.join('')} />
      </svg>
      <figcaption>
        ±{small(most)}, rms {small(size)}
      </figcaption>
    </figure>
  );
}

/** Three digits, also of what is very small. */
const small = (n: number): string => (n !== 0 && Math.abs(n) < 1e-4 ? n.toExponential(1) : three(n));
