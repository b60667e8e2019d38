import type { OpPage } from '../../source/opPage.ts';
import { Formulas, Listing } from '../inspect/code.tsx';
import { opPages } from '../inspect/pages.ts';
import { lineOf, type Step } from './steps.ts';

/** More ops than these have their gradients told only where they ask for this one. */
const FEW = 2;

/** The gradient of the op that the step goes back through, as its own source has it, with the line that asks for this step. */
export function Workings({ step }: { readonly step: Step }) {
  const pages = opPages.value;
  if (pages === null) return null;
  if (step.of.length === 0) return <Updating page={pages[step.op]} />;
  const all = step.of.flatMap((op) => pages[op] ?? []);
  const asking = all.filter((page) => asks(page, step));
  const shown = asking.length > 0 ? asking : all.slice(0, FEW);
  return (
    <>
      {shown.map((page) => (
        <details key={page.name} class="workings" open={shown.length <= FEW}>
          <summary>Gradient of {page.name}, in its own source</summary>
          <div data-part="formula">
            <Formulas list={page.gradients} />
          </div>
          <div data-part="code">
            {'none' in page.gradient ? (
              <p class="faint">None: {page.gradient.none}.</p>
            ) : (
              <Listing excerpt={page.gradient} marked={lineOf(page.gradient.text, step.op, step.nth)} />
            )}
          </div>
        </details>
      ))}
    </>
  );
}

const asks = ({ gradient }: OpPage, { op, nth }: Step): boolean =>
  'text' in gradient && lineOf(gradient.text, op, nth) >= 0;

/** How the optimiser computes. */
const Updating = ({ page }: { readonly page: OpPage | undefined }) =>
  page === undefined ? null : (
    <details class="workings" open>
      <summary>{page.name}, in its own source</summary>
      <div data-part="formula">
        <Formulas list={page.formulas} />
      </div>
      <div data-part="code">
        <Listing excerpt={page.definition} marked={page.marked} />
      </div>
    </details>
  );
