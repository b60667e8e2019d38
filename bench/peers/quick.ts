/** The ratchet: in two minutes, how many times as fast inkgrad is as those that people would take instead. */
import { markdownTable } from '../../report/markdown.ts';
import { failureLine, machineOf, missingLine, titleOf } from './report.ts';
import type { PeerReport, PeerRow, Task, Work } from './run.ts';
import * as run from './run.ts';

/** PyTorch twice: on a busy machine threads that spin are slower than threads that sleep, on a quiet one faster. */
export const peers = ['torch-cpu', 'torch-cpu-passive', 'onnxruntime-web', 'onnxruntime-node'];

/** Training and reading, each in the batches that it is done in. */
export const tasksOf = (models: readonly string[], works: readonly Work[]): Task[] =>
  works.flatMap((work) => run.tasksOf(models, [work], [work === 'train' ? 64 : 256]));

/** For each engine and work, and in how many turns; with the time that engines take to start it comes to two minutes. */
export const SECONDS = 4;
export const ROUNDS = 10;

/** Names of columns; a leading `<` marks one of text. */
export const head = ['<work', '<beside', 'inkgrad is', 'least', 'most', 'ms/step', 'of inkgrad'];

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
        times(Math.min(...row.ratios)),
        times(Math.max(...row.ratios)),
        row.ms.toPrecision(3),
        same.find(isOurs)!.ms.toPrecision(3),
      ],
    ];
  });
}

/** `torch` of `torch-cpu-passive`; others run in one way. */
const engineOf = ({ name }: PeerRow): string => (name.startsWith('torch') ? 'torch' : name);

export const explanation =
  'How many times as fast inkgrad is, the median of the rounds, with the least and the most of them: the ratio alone, ' +
  'since all take turns. Of PyTorch the faster of two settings.';

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
