/** A kernel report as a chart: a bar for each case and device, its time on a logarithmic axis. */
import {
  colourOf,
  decades,
  element,
  ink,
  label,
  legend,
  line,
  logarithmic,
  picture,
  powers,
  title,
} from '../../report/charts/svg.ts';
import { duration, roundDuration, share } from '../../report/format.ts';
import { machineLine } from '../../report/machine.ts';
import type { KernelReport, Row } from './run.ts';
import { isMeasured } from './run.ts';

const WIDTH = 960;
/** Where bars begin and the axis ends; what is written on a bar stands to the right of it. */
const LEFT = 210;
const RIGHT = WIDTH - 130;
const TOP = 96;
const BAR = 11;
const CASE_GAP = 6;
const GROUP_HEAD = 34;

export function chart(report: KernelReport): string {
  const { rows, devices } = report;
  const colours = new Map(devices.map(({ device }, i) => [device, colourOf(i)]));
  const times = rows.filter(isMeasured).map(({ ms }) => ms);
  const [low, high] = decades(times.length === 0 ? [1] : times);
  const x = logarithmic(low, high, LEFT, RIGHT);

  const parts: string[] = [];
  let y = TOP;
  let before: Row | null = null;
  for (const row of rows) {
    if (row.group !== before?.group) {
      y += GROUP_HEAD;
      parts.push(label(LEFT, y - 8, row.group, { 'font-weight': 600 }));
    }
    if (row.case !== before?.case) {
      if (row.group === before?.group) y += CASE_GAP;
      parts.push(label(LEFT - 8, y + BAR - 2, shortName(row), { 'text-anchor': 'end' }));
    }
    parts.push(bar(row, y, x, colours.get(row.device) ?? ink.faint));
    y += BAR;
    before = row;
  }
  const bottom = y + 8;
  const axis = powers(low, high).flatMap((ms) => [
    line(x(ms), TOP, x(ms), bottom, ink.grid),
    label(x(ms), TOP - 6, roundDuration(ms), { 'text-anchor': 'middle', fill: ink.faint }),
    label(x(ms), bottom + 14, roundDuration(ms), { 'text-anchor': 'middle', fill: ink.faint }),
  ]);
  return picture(
    WIDTH,
    bottom + 28,
    'Time of one launch of each kernel',
    label(16, 24, 'Time of one launch (shorter is faster), and share of the measured ceiling', {
      'font-size': 15,
      'font-weight': 600,
    }),
    label(16, 42, machineLine(report.machine), { fill: ink.faint, 'font-size': 11 }),
    ...legend(65, devices),
    ...axis,
    ...parts,
  );
}

/** The bar of a row with its numbers, or the word that there are none. */
function bar(row: Row, y: number, x: (ms: number) => number, fill: string): string {
  const small = { 'font-size': 10, fill: ink.faint };
  if (!isMeasured(row)) {
    const text = label(LEFT + 4, y + BAR - 2, `${row.device} skipped`, { ...small, class: 'skipped' });
    return element('g', {}, title(row.skipped), text);
  }
  const end = Math.max(x(row.ms), LEFT + 1);
  const numbers = `${duration(row.ms)} · ${share(row.share)}`;
  return element(
    'g',
    {},
    title(`${row.case} on ${row.device}: ${numbers}`),
    element('rect', { class: 'bar', x: LEFT, y, width: end - LEFT, height: BAR - 1, fill }),
    label(end + 4, y + BAR - 2, numbers, small),
  );
}

/** A name without the group that stands above it. */
function shortName({ case: name, group }: Row): string {
  const words = group.replaceAll(/[,]|batch /g, '').split(' ');
  return name
    .split(' ')
    .filter((word, i) => word !== words[i])
    .join(' ');
}
