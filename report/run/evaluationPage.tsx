import { visible } from '../../pipeline/text/visible.ts';
import { page } from '../page/page.tsx';
import { type Evaluated, EvaluatedSections, headlineOf } from './evaluated.tsx';
import { FactList } from './factList.tsx';
import type { Fact } from './facts.ts';

/**
 * How a model reads a data set, as a page.
 *
 * @param source what the data set is called
 * @param facts what else is to be said of the model and the data
 */
export const evaluationPage = (source: string, facts: readonly Fact[], evaluated: Evaluated): string =>
  page(
    `${visible(source)}: evaluation`,
    <>
      <h1>{visible(source)}</h1>
      <p>{headlineOf(evaluated)}</p>
      <FactList facts={facts.map(([name, says]) => [name, visible(says)])} />
      <EvaluatedSections {...evaluated} />
    </>,
  );
