import type { Question } from './chapter.ts';

/** What an answer is: one that is no number at all, or no place in the list, is not called wrong. */
export type Verdict = 'right' | 'wrong' | 'unreadable';

const unit = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** The number that a text without commas or spaces writes, also as a fraction or in per cent; null for none. */
function plainNumber(text: string): number | null {
  if (text.endsWith('%')) {
    const whole = plainNumber(text.slice(0, -1));
    return whole === null ? null : whole / 100;
  }
  const [above, below, ...more] = text.split('/');
  if (more.length > 0 || ![above, below ?? '1'].every((part) => unit.test(part))) return null;
  const value = Number(above) / Number(below ?? 1);
  return Number.isFinite(value) ? value : null;
}

/**
 * What a person may have meant by a text: digits may be grouped by spaces, commas or apostrophes, and a comma may be the
 * point of a decimal. So `1,290` is two numbers, of which either will do.
 */
export function numbersIn(text: string): number[] {
  const bare = text
    .trim()
    .replaceAll(/[\s\u00a0\u202f’']/g, '')
    .replaceAll('−', '-');
  const isGrouped = /^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare);
  const readings = [
    ...(bare.includes(',') ? [] : [bare]),
    ...(isGrouped ? [bare.replaceAll(',', '')] : []),
    ...(/^[^,.]*,[^,.]*$/.test(bare) ? [bare.replace(',', '.')] : []),
  ];
  return readings.map(plainNumber).filter((value) => value !== null);
}

/**
 * Whether an answer is right.
 *
 * @param given what was typed, for a number; the place in the list of what was chosen, for a choice
 */
export function checkAnswer(question: Question, given: string | number): Verdict {
  if (question.kind === 'choice') {
    if (typeof given !== 'number' || question.choices[given] === undefined) return 'unreadable';
    return given === question.answer ? 'right' : 'wrong';
  }
  const numbers = typeof given === 'number' ? [given].filter(Number.isFinite) : numbersIn(given);
  if (numbers.length === 0) return 'unreadable';
  // Decimals such as 3.5 − 3.4 miss their difference by a rounding.
  const reach = question.tolerance + 1e-9 * Math.max(1, Math.abs(question.answer));
  return numbers.some((number) => Math.abs(number - question.answer) <= reach) ? 'right' : 'wrong';
}
