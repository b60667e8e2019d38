import type { Checkpoint } from '../../pipeline/checkpoint/checkpoint.ts';
import type { RunRecord } from '../../pipeline/node/runs/readRun.ts';
import { bestEpochOf, speedOf } from '../../pipeline/node/runs/readRun.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { visible } from '../../pipeline/text/visible.ts';
import { resolveSettings } from '../../pipeline/train/settings.ts';
import { percent } from '../format.ts';
import { page, Scrolled } from '../page/page.tsx';
import { Augmented } from './augmented.tsx';
import { Charts } from './charts.tsx';
import { courseCharts } from './course.ts';
import { type Evaluated, EvaluatedSections, headlineOf } from './evaluated.tsx';
import { FactList } from './factList.tsx';
import { factsOf, settingsOf } from './facts.ts';
import { Filters } from './filters.tsx';

/** A run with the weights that it ended with, and how these read its test images. */
export interface ReportedRun {
  readonly record: RunRecord;
  readonly checkpoint: Checkpoint;
  /** null where its images cannot be had */
  readonly evaluated: Evaluated | null;
}

/** A run as a page. */
export function runPage({ record, checkpoint, evaluated }: ReportedRun): string {
  const { name, config, remarks } = record;
  return page(
    `${visible(name)}: run`,
    <>
      <h1>{visible(name)}</h1>
      <p>{evaluated ? `Test on ${headlineOf(evaluated)}` : 'Not tested'}</p>
      <p class="faint">{trained(record)}</p>
      {remarks.map((remark) => (
        <p>{visible(remark)}</p>
      ))}
      <h2>How it went</h2>
      <Charts charts={courseCharts([record])} />
      {evaluated && <EvaluatedSections {...evaluated} />}
      <Filters checkpoint={checkpoint} />
      {evaluated && <Augmented data={evaluated.data} settings={resolveSettings(config.settings)} />}
      <h2>From what it was made</h2>
      <FactList facts={factsOf(record, speedOf(record))} />
      <Settings record={record} />
    </>,
  );
}

function trained(record: RunRecord): string {
  const { steps, epochs, config } = record;
  const done = `${grouped(steps.length)} steps in ${epochs.length} of ${config.settings.epochs} epochs`;
  const best = bestEpochOf(record);
  if (best === null) return done;
  const { accuracy, loss } = best.validation;
  return `${done}; the best was epoch ${best.epoch}: validation accuracy ${percent(accuracy)}, loss ${loss.toFixed(4)}`;
}

function Settings({ record }: { record: RunRecord }) {
  const rows = settingsOf([record]).filter(({ name }) => name in record.config.settings);
  return (
    <details>
      <summary>All settings; those that somebody chose stand out</summary>
      <Scrolled name="Settings">
        <table class="figures">
          <tbody>
            {rows.map(({ name, values, isUsual }) => (
              <tr class={isUsual ? 'faint' : undefined}>
                <th scope="row">{name}</th>
                <td class="words">{values[0]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolled>
    </details>
  );
}
