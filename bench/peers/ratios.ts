/** A table of ratios: a row for each other engine and work. */
import { markdownTable } from '../../report/markdown.ts';
import { percentile } from '../timing.ts';
import { failureLine, machineOf, missingLine, titleOf } from './report.ts';
import type { PeerReport, PeerRow } from './run.ts';

/** Names of columns; a leading `<` marks one of text. */
export const head = ['<work', '<beside', 'inkgrad is', 'from', 'to', 'ms/step', 'of inkgrad'];

const times = (ratio: number): string => `${ratio.toFixed(2)}×`;

/** A row for each engine and work; of one that ran in two ways the faster. */
export function cells({ rows }: PeerReport): string[][] {
  const isOurs = ({ name }: PeerRow) => name.startsWith('inkgrad');
  return rows.flatMap((row) => {
    const same = rows.filter((other) => titleOf(other) === titleOf(row));
    const engine = engineOf(row);
    const faster = same.some((other) => engineOf(other) === engine && other.ms < row.ms);
    if (isOurs(row) || faster || row.ratio === null) return [];
    return [
      [
        titleOf(row),
        `${row.name} ${row.version}, ${row.adapter.replace('cpu, ', '')}`,
        times(row.ratio),
        times(percentile(row.ratios, 0.25)),
        times(percentile(row.ratios, 0.75)),
        row.ms.toPrecision(3),
        same.find(isOurs)!.ms.toPrecision(3),
      ],
    ];
  });
}

/** `torch` of `torch-cpu-passive`; others run in one way. */
const engineOf = ({ name }: PeerRow): string => (name.startsWith('torch') ? 'torch' : name);

export const explanation =
  'How many times as fast inkgrad is, in the median round, and from where to where the middle half of the rounds lies. ' +
  'Where an engine has two settings, as PyTorch, it is the faster.';

/** Who is not in the table, and what mends that. */
export const absences = ({ failures, missing }: PeerReport): string[] => [
  ...failures.map((failure) => `${failureLine(failure)} (${titleOf(failure)})`),
  ...missing.map(missingLine),
];

export const markdown = (report: PeerReport): string =>
  [
    `# Beside others\n\n${machineOf(report)} ${explanation}`,
    markdownTable(head, cells(report)),
    absences(report).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
