import type { RateRange } from '../../../pipeline/train/lrFind.ts';
import { type RateReport, rateName, somePoints } from '../../../report/rates/rateReport.ts';
import { sparkline } from '../../../report/sparkline.ts';
import { table } from '../../table.ts';

/** Characters of the curve, and rows of the table. */
const WIDTH = 60;
const ROWS = 12;

/** A search for a learning rate in a terminal: its curve, some of its points, what to take. */
export function rateText(report: RateReport, { steps }: RateRange): string {
  const { points, proposed } = report;
  const [first, last] = [points[0], points[points.length - 1]].map(({ rate }) => rateName(rate));
  // One step far beyond sense would flatten all others.
  const usual = Math.max(
    points[0].loss,
    ...points.slice(0, Math.ceil(points.length / 2)).map(({ loss }) => loss),
  );
  const curve = sparkline(
    points.map(({ loss }) => Math.min(loss, 1.5 * usual)),
    WIDTH,
  );
  const rows = somePoints(report, ROWS).map(({ rate, loss }) => [
    rateName(rate),
    loss.toFixed(4),
    rate === proposed ? 'proposed' : '',
  ]);
  const ended = points.length < steps ? `, ended after ${points.length} of ${steps} steps` : '';
  return [
    `loss  ${curve}`,
    `      ${first.padEnd(Math.max(first.length + 1, [...curve].length - last.length))}${last}`,
    '',
    table(['rate', 'loss', '<'], rows),
    '',
    `take --lr ${rateName(proposed)}${ended}`,
  ].join('\n');
}
