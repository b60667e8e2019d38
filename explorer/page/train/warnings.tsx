import type { SettingName } from '../../../pipeline/train/settings.ts';
import { over, warnings } from '../state/training.ts';
import { titles } from './titles.ts';

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

/** The pipeline says it in a line that begins small, with settings as the command line calls them. */
const sentence = (words: string): string => {
  const called = words.replace(/`(\w+)`/g, (_, name) => `“${titles[name as SettingName] ?? name}”`);
  const text = called[0].toUpperCase() + called.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
};
