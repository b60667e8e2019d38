/** The table of a kernel report, for a terminal and for Markdown. */
import { share, three } from '../../report/format.ts';
import { machineLine } from '../../report/machine.ts';
import { markdownTable } from '../../report/markdown.ts';
import type { KernelReport, Row } from './run.ts';
import { isMeasured } from './run.ts';

/** Names of columns; a leading `<` marks one of text. */
export const head = ['<case', '<device', 'ms', 'GFLOP/s', 'GB/s', 'of ceiling', '× cpu'];

/** The numbers of a row, or why there are none. */
export function cells(row: Row, reason: (row: Row) => string): string[] {
  const about = [row.case, row.device];
  if (!isMeasured(row)) return [...about, reason(row), '', '', '', ''];
  const { ms, gflops, gbs, share: part, speedup } = row;
  return [
    ...about,
    three(ms),
    three(gflops),
    three(gbs),
    share(part),
    speedup === null ? '–' : three(speedup),
  ];
}

export const ceilingHead = ['<device', '<adapter', 'GFLOP/s', 'GB/s'];
export const ceilingCells = ({ devices }: KernelReport): string[][] =>
  devices.map(({ device, adapter, ceiling }) => [device, adapter, three(ceiling.gflops), three(ceiling.gbs)]);

/** What the numbers mean; a report that is read alone needs it. */
export const explanation = [
  'ms is the median over readings of many launches back to back, with the wait for the last; devices take turns.',
  'GFLOP/s counts a multiply and an add as two, padding included. GB/s counts each input and output once.',
  'The ceiling of a device was measured in the same run: multiply-adds in registers, and a copy of 128 MiB.',
  'Of ceiling: the least time that the ceiling allows over the time it took. What fits into caches can pass 100 %.',
];

export function markdown(report: KernelReport): string {
  const groups = [...new Set(report.rows.map(({ group }) => group))];
  const shapes = new Map(report.rows.map((row) => [row.case, row.shapes]));
  const tables = groups.map((group) => {
    const rows = report.rows.filter((row) => row.group === group);
    const skipped = rows.filter((row) => !isMeasured(row));
    return [
      `## ${group}`,
      markdownTable(
        [...head, '<shapes'],
        rows.map((row, i) => [
          ...cells(row, () => 'skipped'),
          // Once for all devices of a case.
          rows[i - 1]?.case === row.case ? '' : (shapes.get(row.case) ?? ''),
        ]),
      ),
      ...(skipped.length === 0 ? [] : ['Skipped:', list(skipped.map(skippedLine))]),
    ].join('\n\n');
  });
  return [
    '# Kernels',
    `${machineLine(report.machine)}, ${Math.round(report.seconds)} s`,
    markdownTable(ceilingHead, ceilingCells(report)),
    ...report.missing.map(({ name, reason }) => `${name} is not here: ${reason}`),
    list(explanation),
    ...tables,
  ].join('\n\n');
}

export const skippedLine = (row: Row): string =>
  `${row.case} on ${row.device}: ${isMeasured(row) ? '' : row.skipped}`;

const list = (lines: readonly string[]): string => lines.map((text) => `- ${text}`).join('\n');
