import { over, warnings } from '../state/training.ts';

/** What goes wrong, in words, with what to try; and why it has ended. */
export const Warnings = () => (
  <div class="train-warnings" aria-live="polite">
    {warnings.value.map((words) => (
      <p key={words} class="train-warning">
        {sentence(words)}
      </p>
    ))}
    {over.value !== null && <p class="train-over">{sentence(over.value)}</p>}
  </div>
);

/** The pipeline says it in a line that begins small. */
const sentence = (words: string): string => {
  const text = words[0].toUpperCase() + words.slice(1).replaceAll('`', '');
  return /[.!?]$/.test(text) ? text : `${text}.`;
};
