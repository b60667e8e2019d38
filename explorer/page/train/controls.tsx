import { grouped } from '../../../pipeline/text/grouped.ts';
import type { SettingName } from '../../../pipeline/train/settings.ts';
import { three } from '../../../report/format.ts';
import { Fault } from '../parts/fault.tsx';
import {
  back,
  begin,
  begun,
  epoch,
  imagesPerSecond,
  loading,
  pause,
  play,
  standing,
  step,
  waiting,
} from '../state/training.ts';
import { titles } from './titles.ts';

/** What makes the training go on, stop and go back. */
export function Controls() {
  const now = standing.value;
  const plays = now?.plays ?? false;
  const isBusy = loading.value !== null;
  return (
    <section aria-label="Training" class="train-controls">
      <div class="train-buttons">
        <button
          type="button"
          class="train-play"
          disabled={isBusy}
          onClick={() => void (plays ? pause() : play())}
        >
          {plays ? <Icon path="M6 5h4v14H6zM14 5h4v14h-4z" /> : <Icon path="M7 4l13 8-13 8z" />}
          {plays ? 'Pause' : 'Play'}
        </button>
        <button type="button" disabled={isBusy} onClick={() => void step()}>
          One step
        </button>
        <button type="button" disabled={isBusy} onClick={() => void epoch()}>
          One epoch
        </button>
        <button type="button" disabled={isBusy || (now?.step ?? 0) === 0} onClick={() => void back()}>
          Back a step
        </button>
        <button type="button" disabled={isBusy} onClick={() => void begin()}>
          Start anew
        </button>
      </div>
      <Where />
      {waiting.value.length > 0 && (
        <p class="train-waiting" role="status">
          {waiting.value.map((name) => `“${titles[name as SettingName] ?? 'Data'}”`).join(', ')}: from the
          next start on. Press “Start anew”.
        </p>
      )}
      <Fault where="training" />
    </section>
  );
}

const bytes = (n: number): string => (n < 1e6 ? `${three(n / 1e3)} kB` : `${three(n / 1e6)} MB`);

const Icon = ({ path }: { path: string }) => (
  <svg viewBox="0 0 24 24" width="14" height="14" aria-hidden="true">
    <path d={path} fill="currentColor" />
  </svg>
);

/** Where the training is. */
function Where() {
  const now = standing.value;
  if (loading.value !== null) {
    return (
      <p class="faint">
        <label>
          Loading the images <progress value={loading.value} max={1} />
        </label>
      </p>
    );
  }
  if (now === null || begun.value === null)
    return <p class="faint">Press Play: the network begins with weights drawn at random, and learns.</p>;
  const { train, validation } = begun.value.images;
  const speed = imagesPerSecond.value;
  return (
    <p class="train-where">
      <span>
        Step <b>{grouped(now.step)}</b>
      </span>
      <span>
        epoch <b>{Math.min(now.epoch, now.settings.epochs)}</b> of {now.settings.epochs}, {now.stepsPerEpoch}{' '}
        steps each
      </span>
      <span>
        {grouped(train)} images to learn{now.settings.drawn > 0 && ', drawn ones among them'},{' '}
        {grouped(validation)} to validate
      </span>
      {speed !== null && <span>{three(speed)} images per second</span>}
      <span>{bytes(now.memory)} in use</span>
    </p>
  );
}
