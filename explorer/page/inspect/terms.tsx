import { useState } from 'preact/hooks';
import type { Term } from '../../explain/explanation.ts';
import { digits } from '../../explain/written.ts';
import type { Explained } from './explained.ts';
import { madeBy, PartLink } from './part.tsx';

/** As many as are shown at first, and then with each wish for more. */
const FIRST = 8;
const MORE = 200;
/** Of so few it is said where each comes from. */
const NAMED = 4;

/** Everything that is added or compared, the largest first. */
export function Terms({ of }: { readonly of: Explained }) {
  const [count, setCount] = useState(FIRST);
  const { terms, how } = of.explanation;
  if (terms.length === 0) return null;
  const sorted = terms.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const most = Math.abs(sorted[0].value);
  const what = { sum: 'terms', mean: 'terms', largest: 'candidates', formula: 'numbers' }[how];
  return (
    <section class="terms" data-part="products" aria-label="What goes in">
      <h4>
        {terms.length === 1 ? 'What goes in' : `${terms.length} ${what}`}
        {terms.length > 1 && <small>, the largest first</small>}
      </h4>
      <ol>
        {sorted.slice(0, count).map((term) => (
          <TermRow
            key={term.parts.map(({ input, index }) => `${input},${index}`).join()}
            {...{ of, term, most }}
            isNamed={terms.length <= NAMED}
          />
        ))}
      </ol>
      {count < sorted.length && (
        <button type="button" onClick={() => setCount(count + MORE)}>
          {sorted.length - count > MORE ? `${MORE} more` : `All ${sorted.length}`}
        </button>
      )}
    </section>
  );
}

interface TermProps {
  readonly of: Explained;
  readonly term: Term;
  readonly most: number;
  /** whether it is said where each part comes from */
  readonly isNamed: boolean;
}

function TermRow({ of, term, most, isNamed }: TermProps) {
  const { parts, weight, value } = term;
  return (
    <li>
      <span
        class={`terms-bar${value < 0 ? ' terms-below' : ''}`}
        style={{ '--part': most > 0 ? Math.abs(value) / most : 0 }}
      />
      <span class="terms-text">
        {parts.map((part, i) => (
          <span key={`${part.input},${part.index}`}>
            {i > 0 && ' · '}
            <PartLink of={of} part={part} />
            {isNamed && <small> {madeBy(of, part)}</small>}
          </span>
        ))}
        {weight !== undefined && ` · ${digits(weight)}`}
      </span>
      <span class="figure">{digits(value)}</span>
    </li>
  );
}
