import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { grouped } from '../../../pipeline/text/grouped.ts';
import { percent } from '../../../report/format.ts';
import type { Begun } from '../../lab/train/events.ts';
import type { Judged, Shown } from '../../lab/train/judge.ts';
import type { Part } from '../../lab/train/training.ts';
import { Fault } from '../parts/fault.tsx';
import { attempt } from '../state/session.ts';
import { begun, epochs, training } from '../state/training.ts';
import { Confusion } from './confusion.tsx';
import { Gallery } from './gallery.tsx';

/** What the network reads in a part of the images; null until it was asked. */
const judged = signal<{ readonly part: Part; readonly scores: Judged; readonly after: string } | null>(null);
/** The images that are shown, and what they have in common. */
const shown = signal<{
  readonly title: string;
  readonly indices: readonly number[];
  readonly images: Shown;
} | null>(null);
const part = signal<Part>('test');

/** Pictures of a cell, or mistakes, that are shown at the most. */
const MOST = 36;

const read = () =>
  attempt('reading', async () => {
    const asked = part.value;
    const scores = await training.judge(asked);
    const after = epochs.value.length === 0 ? 'now' : `after epoch ${epochs.value.length}`;
    judged.value = { part: asked, scores, after };
    await show(`${grouped(scores.mistakes.length)} mistakes, the surest first`, scores.mistakes);
  });

const show = (title: string, indices: readonly number[]) =>
  attempt('reading', async () => {
    const first = indices.slice(0, MOST);
    shown.value = { title, indices: first, images: await training.show(part.value, first) };
  });

/** Confusion matrix and mistakes, read anew after each epoch. */
export function Reading() {
  const many = epochs.value.length;
  const now = begun.value;
  useEffect(() => {
    if (now === null) {
      judged.value = null;
      shown.value = null;
    } else if (many > 0) void read();
  }, [many, now]);
  return (
    <section aria-label="What it reads" class="train-reading" data-part="mistakes">
      <h2>What it reads</h2>
      {now === null ? (
        <p class="faint">After each epoch its mistakes stand here, and which classes it takes for which.</p>
      ) : (
        <Read of={now} />
      )}
    </section>
  );
}

function Read({ of: { images, classes } }: { of: Begun }) {
  const made = judged.value;
  return (
    <>
      <p>
        <select
          aria-label="Images that are read"
          value={part.value}
          onChange={({ currentTarget }) => {
            part.value = currentTarget.value as Part;
            void read();
          }}
        >
          <option value="test">test images ({grouped(images.test)})</option>
          <option value="validation">validation images ({grouped(images.validation)})</option>
        </select>{' '}
        <button type="button" onClick={() => void read()}>
          Read them now
        </button>
      </p>
      <Fault where="reading" />
      {made && (
        <p class="train-summary">
          {percent(made.scores.accuracy)} of {grouped(made.scores.images)} {made.part} images are read right,
          with a loss of {made.scores.loss.toFixed(3)}.
        </p>
      )}
      {made && (
        <div class="train-judged">
          <Confusion classes={classes} scores={made.scores} onOpen={show} />
          {shown.value && <Gallery {...shown.value} classes={classes} scores={made.scores} />}
        </div>
      )}
    </>
  );
}
