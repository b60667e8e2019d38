import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { grouped } from '../../../pipeline/text/grouped.ts';
import { percent } from '../../../report/format.ts';
import type { Judged, Shown } from '../../lab/train/judge.ts';
import { Fault } from '../parts/fault.tsx';
import { bringImages, runImages } from '../state/run.ts';
import { attempt, network } from '../state/session.ts';
import { Confusion } from '../train/confusion.tsx';
import { Gallery } from '../train/gallery.tsx';

/** What a network reads in the images of the run; null until it was asked. */
const judged = signal<{ readonly by: string; readonly scores: Judged } | null>(null);
/** The images that are shown, and what they have in common. */
const shown = signal<{
  readonly title: string;
  readonly indices: readonly number[];
  readonly images: Shown;
} | null>(null);

/** Pictures that are shown at the most. */
const MOST = 36;

interface Props {
  readonly classes: readonly string[];
  /** a class for each image */
  readonly labels: readonly number[];
}

const read = () =>
  attempt('reading', async () => {
    await bringImages();
    const by = network.value!.name;
    const scores = await runImages.judge();
    judged.value = { by, scores };
    await show(`${grouped(scores.mistakes.length)} mistakes, the surest first`, scores.mistakes);
  });

const show = (title: string, indices: readonly number[]) =>
  attempt('reading', async () => {
    await bringImages();
    const first = indices.slice(0, MOST);
    shown.value = { title, indices: first, images: await runImages.show(first) };
  });

/** The images that the run is tested on, and what the network makes of them: its mistakes, or all of a class. */
export function Reading({ classes, labels }: Props) {
  const isThere = network.value !== null;
  useEffect(() => {
    if (isThere && judged.value === null) void read();
  }, [isThere]);
  const made = judged.value;
  return (
    <section aria-label="Test images">
      <h2>Test images</h2>
      <Fault where="reading" />
      {made && (
        <p class="train-summary">
          {made.by} reads {percent(made.scores.accuracy)} of {grouped(made.scores.images)} images right, with
          a loss of {made.scores.loss.toFixed(4)}.
        </p>
      )}
      <p>
        <button type="button" onClick={() => void read()}>
          Read them with the network in use
        </button>{' '}
        {made && <Choice classes={classes} labels={labels} scores={made.scores} />}
      </p>
      {made && (
        <div class="train-judged">
          <Confusion classes={classes} scores={made.scores} onOpen={show} />
          {shown.value && <Gallery {...shown.value} classes={classes} scores={made.scores} />}
        </div>
      )}
    </section>
  );
}

/** Which of them are shown. */
const Choice = ({ classes, labels, scores }: Props & { readonly scores: Judged }) => (
  <label>
    Show{' '}
    <select
      onChange={({ currentTarget: { value } }) => {
        if (value === '') {
          void show(`${grouped(scores.mistakes.length)} mistakes, the surest first`, scores.mistakes);
          return;
        }
        const all = [...labels.keys()].filter((i) => labels[i] === Number(value));
        void show(`${all.length} images of ${classes[Number(value)]}, in their order`, all);
      }}
    >
      <option value="">mistakes</option>
      {classes.map((name, label) => (
        <option key={name} value={label}>
          images of {name}
        </option>
      ))}
    </select>
  </label>
);
