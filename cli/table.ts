import Table from 'cli-table3';
import type { ClassScore } from '../pipeline/evaluate/metrics.ts';
import { grouped } from '../pipeline/text/grouped.ts';
import { visible } from '../pipeline/text/visible.ts';
import { percent } from '../report/format.ts';

/** Names of columns, a leading `<` for text; numbers are set flush right. A cell is one line. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const bare = [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
  ];
  const inner = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];
  const made = new Table({
    head: head.map((name) => visible(name.replace('<', ''))),
    colAligns: head.map((name) => (name.startsWith('<') ? 'left' : 'right')),
    chars: { ...Object.fromEntries([...bare, ...inner].map((name) => [name, ''])), middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  made.push(...rows.map((row) => row.map(visible)));
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Precision, recall and F1 of each class, as `evaluate` prints them. */
export const classTable = (classes: readonly string[], scores: readonly ClassScore[]): string =>
  table(
    ['<class', 'precision', 'recall', 'F1', 'images'],
    scores.map(({ precision, recall, f1, support }, i) => [
      classes[i],
      percent(precision),
      percent(recall),
      percent(f1),
      grouped(support),
    ]),
  );

/** `--json` of one class. */
export const classJson = (classes: readonly string[], scores: readonly ClassScore[]) =>
  scores.map((score, i) => ({ class: classes[i], ...score }));
