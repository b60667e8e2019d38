/** What became slower between two builds, for a terminal and for Markdown. */
import { machineLine } from '../../report/machine.ts';
import { markdownTable } from '../../report/markdown.ts';
import type { SelfReport, SelfRow } from './run.ts';

/** Names of columns; a leading `<` marks one of text. */
export const head = ['<case', 'old, ms', 'new, ms', 'new is', 'noise', '<verdict'];

const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
const times = (ratio: number): string => `${ratio.toFixed(3)}×`;

export const cells = (row: SelfRow): string[] => [
  row.case,
  row.old.ms.toPrecision(3),
  row.new.ms.toPrecision(3),
  times(row.ratio),
  share(row.noise),
  row.verdict,
];

export const settingsLine = ({ machine, builds, device, threads }: SelfReport): string => {
  const [older, newer] = [builds.old, builds.new].map(
    ({ name, version }) => `${name}${version ? ` (${version})` : ''}`,
  );
  return `old ${older}, new ${newer}, on ${device} with ${threads} threads; ${machineLine(machine)}`;
};

export const explanation = [
  'new is how many times as fast the new build is, by the median of its processes, which take turns with those of the old one.',
  'noise is how far two processes of one build were apart, at least 2 %: what is less is no difference.',
];

/** A first loss that is further away than another order of sums makes it. */
const APART = 0.02;

/** What keeps the numbers from being the whole story. */
export const remarks = ({ rows, failures }: SelfReport): string[] => [
  ...rows
    .filter(({ apart }) => !(apart <= APART))
    .map(
      (row) =>
        `${row.case}: old and new compute other numbers (the first losses are ${share(row.apart)} apart)`,
    ),
  ...failures.map((failure) => `${failure.case} was not measured: ${failure.reason}`),
];

/** The last line: what became slower. */
export function conclusion({ rows, failures }: SelfReport): string {
  const slower = rows.filter(({ verdict }) => verdict === 'slower');
  if (slower.length > 0) {
    return `slower: ${slower.map((row) => `${row.case} (${times(row.ratio)}, noise ${share(row.noise)})`).join(', ')}`;
  }
  if (rows.length === 0) return 'nothing was measured';
  return `nothing slower than the noise${failures.length > 0 ? ', of what was measured' : ''}`;
}

export const markdown = (report: SelfReport): string =>
  [
    '# Old and new',
    settingsLine(report),
    explanation.map((text) => `- ${text}`).join('\n'),
    markdownTable(head, report.rows.map(cells)),
    ...remarks(report),
    conclusion(report),
  ].join('\n\n');
