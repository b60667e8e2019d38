/** The table of a report on pictures, for a terminal and for Markdown. */
import { percent } from '../../report/format.ts';
import { machineLine } from '../../report/machine.ts';
import { markdownTable } from '../../report/markdown.ts';
import type { CellResult, PicturesReport } from './run.ts';

export const head = ['<cell', 'pictures', 'read right', 'to plain', 'refused'];

const rightOf = ({ right, pictures }: CellResult): number => right / pictures;

/** A difference of shares in points: `−1.2`. */
export const points = (difference: number): string => {
  const text = Math.abs(100 * difference).toFixed(1);
  return text === '0.0' ? text : `${difference < 0 ? '−' : '+'}${text}`;
};

export const cells = ({ cells: results }: PicturesReport): string[][] =>
  results.map((result) => [
    result.cell,
    String(result.pictures),
    percent(rightOf(result), 1),
    points(rightOf(result) - rightOf(results[0])),
    percent(result.refused / result.pictures, 1),
  ]);

/** What the numbers mean; a report that is read alone needs it. */
export const explanation = [
  'Picture n of every cell shows the same character, so that cells differ by what was done to it alone.',
  'To plain is the difference to the plain pictures in points; what was refused was not read right.',
  'Letters that only their size tells apart, such as C and c, and 0 and O, count as the same.',
  'Of pictures from 4 megapixels on there are fewer.',
];

export const settingsLine = ({ run, characters, seed, seconds }: PicturesReport): string =>
  `${run} on ${characters}, seed ${seed}, ${Math.round(seconds)} s`;

export const markdown = (report: PicturesReport): string => {
  const rows = cells(report);
  const groups = [...new Set(report.cells.map(({ group }) => group))];
  return [
    '# Pictures of single characters',
    `${settingsLine(report)}. ${machineLine(report.machine)}`,
    explanation.map((text) => `- ${text}`).join('\n'),
    ...groups.flatMap((group) => [
      `## ${group}`,
      markdownTable(
        head,
        rows.filter((_, i) => report.cells[i].group === group),
      ),
    ]),
  ].join('\n\n');
};
