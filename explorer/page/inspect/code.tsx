import type { Excerpt, Formula, OpPage } from '../../source/opPage.ts';
import { opPages } from './pages.ts';

/** The formula of an op, its definition with the line that runs, and its gradient, as its own source has them. */
export function Code({ op }: { readonly op: string }) {
  const page = opPages.value?.[op];
  if (page === undefined) return null;
  return (
    <section class="code" aria-label={`${op} in its own source`}>
      <div data-part="formula">
        <h4>Formula</h4>
        <Formulas list={page.formulas} />
      </div>
      <div data-part="code">
        <h4>Definition</h4>
        <Listing excerpt={page.definition} marked={page.marked} />
      </div>
      {page.helpers.length > 0 && (
        <details>
          <summary>What it calls</summary>
          {page.helpers.map((excerpt) => (
            <Listing key={`${excerpt.path}:${excerpt.line}`} excerpt={excerpt} />
          ))}
        </details>
      )}
      <Gradient page={page} />
    </section>
  );
}

function Gradient({ page: { gradient, gradients } }: { readonly page: OpPage }) {
  return (
    <details>
      <summary>Gradient</summary>
      <Formulas list={gradients} />
      {'none' in gradient ? <p class="faint">None: {gradient.none}.</p> : <Listing excerpt={gradient} />}
    </details>
  );
}

export const Formulas = ({ list }: { readonly list: readonly Formula[] }) => (
  <>
    {list.map(({ plain, mathml }) =>
      mathml === null ? (
        <p key={plain} class="formula">
          {plain}
        </p>
      ) : (
        // Typeset when the page was built, from our own sources.
        <div
          key={plain}
          class="formula"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: wide ones are scrolled by keyboard too
          tabIndex={0}
          dangerouslySetInnerHTML={{ __html: mathml }}
        />
      ),
    )}
  </>
);

export function Listing({ excerpt: { path, line, text }, marked }: { excerpt: Excerpt; marked?: number }) {
  return (
    <figure class="listing">
      <figcaption>
        {path}, line {line}
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keyboard too */}
      <pre tabIndex={0}>
        {text.split('\n').map((each, i) => (
          <code key={i} class={i === marked ? 'listing-runs' : undefined}>
            {i === marked ? <mark>{each}</mark> : each}
            {'\n'}
          </code>
        ))}
      </pre>
    </figure>
  );
}
