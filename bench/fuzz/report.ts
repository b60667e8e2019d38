/** What a report on mutated checkpoints says, for a terminal and for Markdown. */
import { type Machine, machineLine } from '../../report/machine.ts';
import { markdownTable } from '../../report/markdown.ts';
import type { FuzzReport } from './run.ts';

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

export const head = ['<files', 'number'];

export const cells = ({ files, accepted, refused, faults, slowest, memory }: FuzzReport): string[][] => {
  const count = (kind: string) => String(faults.filter(({ fault }) => fault === kind).length);
  return [
    ['read', String(files)],
    ['taken, as sound', String(accepted)],
    ['refused in a line', String(refused - faults.filter((fault) => !fault.accepted).length)],
    ['crashes', count('crash')],
    ['other words than a line', count('words')],
    ['slower than 2 s', count('hang')],
    ['more than 200 MB', count('memory')],
    ['slowest', `${Math.round(slowest)} ms`],
    ['memory, before and at most', `${megabytes(memory.before)}, ${megabytes(memory.peak)}`],
  ];
};

export const settingsLine = ({ seed, files, seconds }: FuzzReport): string =>
  `seed ${seed}, ${Math.round(seconds)} s, ${Math.round(files / seconds)} files a second`;

/** The first faults, a line each, with the number that makes the file again. */
export const faultLines = ({ faults }: FuzzReport): string[] =>
  faults
    .slice(0, 20)
    .map(({ number, fault, message = '' }) => `${number} ${fault} ${message.split('\n')[0]}`);

export const markdown = (report: FuzzReport, machine: Machine): string =>
  [
    '# Mutated checkpoints',
    `${settingsLine(report)}. ${machineLine(machine)}`,
    markdownTable(head, cells(report)),
    ...faultLines(report),
  ].join('\n\n');
