import type { ShownRun } from '../../../pipeline/node/explore/runFiles.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';
import { percent } from '../../../report/format.ts';
import { factsOf } from '../../../report/run/facts.ts';
import { differing, settingText } from '../../address/settingText.ts';
import { openRun, run } from '../state/run.ts';
import { network } from '../state/session.ts';
import { type CourseOf, Curves } from '../train/curves.tsx';
import type { EpochEnd } from '../train/series.ts';
import { Reading } from './reading.tsx';

/** The run that the page was opened with: from what it was made, how it went, and what it reads. */
export function Run() {
  const shown = run.value;
  if (shown === null) {
    return (
      <p>
        No run is open; <code>inkgrad explore RUN</code> opens one.
      </p>
    );
  }
  const { name, steps, remarks, images, classes } = shown;
  const isInUse = network.value?.name === name;
  return (
    <div class="run">
      <h2>{name}</h2>
      {!isInUse && (
        <p>
          Another network is in use.{' '}
          <button type="button" onClick={() => void openRun()}>
            Open {name} again
          </button>
        </p>
      )}
      <Facts shown={shown} />
      {remarks.map((remark) => (
        <p key={remark} class="train-warning">
          {remark}
        </p>
      ))}
      {steps.length > 0 && <Curves course={() => courseOf(shown)} />}
      {images === null ? (
        <p class="faint">Its data is not on this machine any more; the network is shown without.</p>
      ) : (
        <Reading classes={classes} labels={images.labels} />
      )}
    </div>
  );
}

/** Its steps, and its epochs with the steps at which they ended. */
function courseOf({ steps, epochs }: ShownRun): ReturnType<CourseOf> {
  const ends = epochs.map(({ epoch, validation }): EpochEnd => {
    const last = steps.findLast((record) => record.epoch === epoch);
    return { epoch, step: last?.step ?? 0, validation };
  });
  return { records: steps, epochs: ends };
}

function Facts({ shown: { name, config, test, speed } }: { shown: ShownRun }) {
  if (config === null) return null;
  const given = differing(resolveSettings(config.settings), {});
  const settings = Object.entries(given).map(
    ([setting, value]) => `${setting} ${settingText(setting as keyof typeof given, value as never)}`,
  );
  const facts = [
    ...factsOf({ path: name, config }, speed).filter(([about]) => about !== 'run' && about !== 'test images'),
    ['settings', settings.join(', ') || 'as they are where nobody says'],
    ...(test === null
      ? []
      : [['test', `${percent(test.accuracy)} read right, with a loss of ${test.loss.toFixed(4)}`]]),
  ];
  return (
    <dl class="run-facts">
      {facts.map(([about, says]) => (
        <div key={about}>
          <dt>{about}</dt>
          <dd>{says}</dd>
        </div>
      ))}
    </dl>
  );
}
