import { useEffect, useRef, useState } from 'preact/hooks';
import { checkAnswer } from '../../tour/answer.ts';
import type { Chapter, Question } from '../../tour/chapter.ts';
import { Fault } from '../parts/fault.tsx';
import {
  chapter,
  chapters,
  closeTour,
  go,
  isFirst,
  isLast,
  openTour,
  place,
  screensOf,
  step,
} from './progress.ts';

/** What opens the tour. */
export const TourButton = () => (
  <>
    <button
      type="button"
      aria-expanded={place.value !== null}
      onClick={() => void (place.value ? closeTour() : openTour())}
    >
      Guided tour
    </button>
    <Fault where="tour" />
  </>
);

/** The tour, beside the page that it drives; nothing while it is closed. */
export function Tour() {
  const { value } = chapter;
  if (value === null) return null;
  return <ChapterOf key={value.name} chapter={value} />;
}

function ChapterOf({ chapter: shown }: { chapter: Chapter }) {
  const { chapter: number, screen } = place.value!;
  const screens = screensOf(shown);
  const { title, html } = screens[screen];
  const heading = useRef<HTMLHeadingElement>(null);
  // Who goes on by the keyboard, or hears the page, is at the new text, from its beginning.
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.closest('.tour')?.scrollTo({ top: 0 });
  }, [title]);
  return (
    <aside class="tour" aria-label="Guided tour">
      <header>
        <label>
          <span class="faint">Chapter</span>{' '}
          <select
            value={number}
            onChange={({ currentTarget }) => go({ chapter: Number(currentTarget.value), screen: 0 })}
          >
            {chapters.value!.map(({ name, title }, i) => (
              <option key={name} value={i}>
                {i + 1}. {title}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="quiet" onClick={closeTour}>
          Close
        </button>
      </header>
      <h2 ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <Text html={html} />
      {screen === screens.length - 1 && <Asked key={shown.name} question={shown.question} />}
      <footer>
        <button type="button" disabled={isFirst.value} onClick={() => step(-1)}>
          Back
        </button>
        <span class="faint">
          {screen + 1} of {screens.length}
        </span>
        <button type="button" disabled={isLast.value} onClick={() => step(1)}>
          Next
        </button>
      </footer>
    </aside>
  );
}

/** Text of the chapters, which was made when the page was built; all of it is this project's own. */
const Text = ({ html }: { html: string }) => (
  <div class="tour-text" dangerouslySetInnerHTML={{ __html: html }} />
);

const words = {
  right: 'Right.',
  wrong: 'Not quite: look once more, or read why.',
  unreadable: 'That is no number; write one, such as 24 or 0.5.',
} as const;

function Asked({ question }: { question: Question }) {
  const [given, setGiven] = useState('');
  const [verdict, setVerdict] = useState<keyof typeof words | null>(null);
  const check = (answer: string) => setVerdict(checkAnswer(question, answer));
  return (
    <form
      class="question"
      onSubmit={(event) => {
        event.preventDefault();
        check(given);
      }}
    >
      {question.kind === 'choice' ? (
        question.choices.map((choice, i) => (
          <label key={i} class="choice">
            <input
              type="radio"
              name="choice"
              checked={given === String(i)}
              onChange={() => {
                setGiven(String(i));
                check(String(i));
              }}
            />
            <Text html={choice} />
          </label>
        ))
      ) : (
        <p>
          <label>
            Your answer{' '}
            <input
              class="number"
              inputMode="decimal"
              value={given}
              onInput={({ currentTarget }) => setGiven(currentTarget.value)}
            />
          </label>{' '}
          <button type="submit">Check</button>
        </p>
      )}
      <p role="status" class={`verdict ${verdict ?? ''}`}>
        {verdict && words[verdict]}
      </p>
      {verdict !== null && verdict !== 'unreadable' && (
        <details open={verdict === 'right'}>
          <summary>Why</summary>
          <Text html={question.why} />
        </details>
      )}
    </form>
  );
}
