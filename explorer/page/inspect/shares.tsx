import type { CrossEntropyAttrs } from '../../../engine/ops/crossEntropy.ts';
import { digits } from '../../explain/written.ts';
import { network } from '../state/session.ts';
import type { Explained } from './explained.ts';
import { PartLink } from './part.tsx';

/** Ops in which all numbers of a row meet as powers of e. */
const rowOps = ['softmax', 'logSoftmax', 'crossEntropy', 'crossEntropyGrad'];
export const meetsInRow = (op: string): boolean => rowOps.includes(op);

/** Whether the surprise at the label alone is the loss. */
const isPlainLoss = ({ op, attrs }: Explained['launch']): boolean =>
  op.startsWith('crossEntropy') && (attrs as CrossEntropyAttrs).labelSmoothing === 0;

/** Softmax step by step: each number less the largest, e to the power of that, and its share of the sum. */
export function Shares({ of }: { readonly of: Explained }) {
  const { explanation, launch } = of;
  const terms = explanation.terms.slice(launch.op === 'crossEntropyGrad' ? 1 : 0);
  const largest = Math.max(...terms.map(({ value }) => value));
  const powers = terms.map(({ value }) => Math.exp(value - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  const classes = network.value?.classes ?? [];
  const label = explanation.beside?.[0]?.value;
  const own = label ?? of.index % terms.length;
  return (
    <section class="shares" data-part="products" aria-label="Softmax step by step">
      <table>
        <thead>
          <tr>
            <th scope="col">class</th>
            <th scope="col">x</th>
            <th scope="col">e^(x − {digits(largest)})</th>
            <th scope="col">share</th>
          </tr>
        </thead>
        <tbody>
          {terms.map((term, i) => (
            <tr key={term.parts[0].index} class={i === own ? 'shares-own' : undefined}>
              <th scope="row">{classes.length === terms.length ? classes[i] : i}</th>
              <td>
                <PartLink of={of} part={term.parts[0]} />
              </td>
              <td>{digits(powers[i])}</td>
              <td>{digits(powers[i] / sum)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">sum</th>
            <td />
            <td>{digits(sum)}</td>
            <td>1</td>
          </tr>
        </tfoot>
      </table>
      {isPlainLoss(launch) && (
        <p>
          The loss is −ln of the share of the right class: −ln {digits(powers[own] / sum)} ={' '}
          {digits(-Math.log(powers[own] / sum))}
        </p>
      )}
    </section>
  );
}
