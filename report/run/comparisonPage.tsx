import { bestEpochOf, type RunRecord, speedOf } from '../../pipeline/node/runs/readRun.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { visible } from '../../pipeline/text/visible.ts';
import { percent } from '../format.ts';
import { page, Scrolled } from '../page/page.tsx';
import { Charts } from './charts.tsx';
import { courseCharts } from './course.ts';
import { settingsOf } from './facts.ts';

/** Runs by how well they read their test images, the best first; those that were never tested last, by validation. */
export const ranked = (runs: readonly RunRecord[]): RunRecord[] =>
  [...runs].sort(
    (a, b) =>
      (b.test?.accuracy ?? -1) - (a.test?.accuracy ?? -1) ||
      (a.test?.loss ?? 0) - (b.test?.loss ?? 0) ||
      (bestEpochOf(b)?.validation.accuracy ?? -1) - (bestEpochOf(a)?.validation.accuracy ?? -1),
  );

/** Several runs beside each other, as a page. */
export function comparisonPage(given: readonly RunRecord[]): string {
  const runs = distinct(ranked(given));
  const differing = settingsOf(runs).filter(({ differs }) => differs);
  const tests = new Set(runs.map(({ config }) => config.data.hash.test));
  return page(
    `${runs.length} runs`,
    <>
      <h1>{grouped(runs.length)} runs compared</h1>
      {tests.size > 1 && (
        <p>They were tested on different images, so that their figures do not say which is better.</p>
      )}
      <h2>Ranked by test accuracy</h2>
      <Scrolled name="Runs">
        <table class="figures ranked">
          <thead>
            <tr>
              {[
                'run',
                'test accuracy',
                'test loss',
                'best epoch',
                'validation',
                'parameters',
                'steps',
                'images/s',
              ].map((name) => (
                <th scope="col">{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <Row run={run} />
            ))}
          </tbody>
        </table>
      </Scrolled>
      <h2>How they went</h2>
      <Charts charts={courseCharts(runs)} />
      <h2>In what they differ</h2>
      {differing.length === 0 ? (
        <p>In no setting.</p>
      ) : (
        <Scrolled name="Settings that differ">
          <table class="figures">
            <thead>
              <tr>
                <th scope="col">setting</th>
                {runs.map(({ name }) => (
                  <th scope="col" class="words">
                    {visible(name)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {differing.map(({ name, values }) => (
                <tr>
                  <th scope="row">{name}</th>
                  {values.map((value) => (
                    <td class="words">{value}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolled>
      )}
    </>,
  );
}

function Row({ run }: { run: RunRecord }) {
  const { name, test, steps, config } = run;
  const best = bestEpochOf(run);
  const speed = speedOf(run);
  return (
    <tr>
      <th scope="row">{visible(name)}</th>
      <td>{test ? percent(test.accuracy) : 'not tested'}</td>
      <td>{test ? test.loss.toFixed(4) : '–'}</td>
      <td>{best ? `${best.epoch} of ${config.settings.epochs}` : '–'}</td>
      <td>{best ? percent(best.validation.accuracy) : '–'}</td>
      <td>{grouped(config.parameters)}</td>
      <td>{grouped(steps.length)}</td>
      <td>{speed === null ? '–' : grouped(speed)}</td>
    </tr>
  );
}

/** Where folders of the same name lie in different places, runs are called by their paths. */
function distinct(runs: readonly RunRecord[]): RunRecord[] {
  const names = runs.map(({ name }) => name);
  return new Set(names).size === runs.length ? [...runs] : runs.map((run) => ({ ...run, name: run.path }));
}
