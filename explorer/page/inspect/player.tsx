import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { sizeOf } from '../../../engine/shape.ts';
import { inspected, moveTo, playing } from './selection.ts';

/** Numbers a second. */
const speed = signal(4);
const FASTEST = 30;

/** Moves by so many numbers, but not out of the value. */
export function stepBy(count: number): boolean {
  const now = inspected.peek();
  if (now === null) return false;
  const next = now.index + count;
  if (next < 0 || next >= sizeOf(now.use.shape)) return false;
  moveTo(next);
  return true;
}

const arrows: Readonly<Record<string, (width: number) => number>> = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (width) => -width,
  ArrowDown: (width) => width,
};

/** Space plays and pauses, arrows step. @returns whether the key was one of these */
export function playerKey(key: string): boolean {
  if (key === ' ') {
    playing.value = !playing.peek();
    return true;
  }
  const step = arrows[key]?.(inspected.peek()?.use.shape.at(-1) ?? 1);
  if (step === undefined) return false;
  playing.value = false;
  stepBy(step);
  return true;
}

/** Walks over the numbers of a value, one after the other. */
export function Player() {
  useEffect(() => {
    if (!playing.value) return;
    const timer = setInterval(() => {
      if (!stepBy(1)) playing.value = false;
    }, 1000 / speed.value);
    return () => clearInterval(timer);
  }, [playing.value, speed.value]);
  const count = inspected.value === null ? 0 : sizeOf(inspected.value.use.shape);
  if (count < 2) return null;
  return (
    <fieldset class="player">
      <legend class="unseen">Walk over the map</legend>
      <button type="button" aria-label="The number before" onClick={() => playerKey('ArrowLeft')}>
        ◂
      </button>
      <button
        type="button"
        aria-label={playing.value ? 'Pause' : 'Play'}
        aria-keyshortcuts="Space"
        onClick={() => playerKey(' ')}
      >
        {playing.value ? '❚❚' : '▶'}
      </button>
      <button type="button" aria-label="The next number" onClick={() => playerKey('ArrowRight')}>
        ▸
      </button>
      <label>
        speed
        <input
          type="range"
          min="1"
          max={FASTEST}
          value={speed.value}
          aria-valuetext={`${speed.value} numbers a second`}
          onInput={({ currentTarget }) => {
            speed.value = Number(currentTarget.value);
          }}
        />
      </label>
      <small>Space plays, arrows step</small>
    </fieldset>
  );
}
