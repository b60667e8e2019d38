/** A kernel report as a chart: a bar for each case and device, its time on a logarithmic axis. */
import * as Plot from '@observablehq/plot';
import { colourOf, ink, picture } from '../../report/charts/picture.ts';
import { decades, powers } from '../../report/charts/scales.ts';
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
  const { places, groups, cases, bottom } = layOut(rows);
  const measured = places.flatMap(({ row, y }) => (isMeasured(row) ? [{ row, y }] : []));
  const skipped = places.flatMap(({ row, y }) => (isMeasured(row) ? [] : [{ row, y }]));
  const times = measured.map(({ row }) => row.ms);
  const [low, high] = decades(times.length === 0 ? [1] : times);
  /** The time of the shortest bar that is still to be seen. */
  const onePixel = low * (high / low) ** (1 / (RIGHT - LEFT));
  const colours = new Map(devices.map(({ device }, i) => [device, colourOf(i)]));
  const numbers = ({ ms, share: part }: { ms: number; share: number }) => `${duration(ms)} · ${share(part)}`;
  const small = { fontSize: 10, fill: ink.faint, textAnchor: 'start', dx: 4 } as const;
  const axis = {
    ticks: powers(low, high),
    tickFormat: roundDuration,
    tickSize: 0,
    color: ink.faint,
    label: null,
  };
  return picture({
    width: WIDTH,
    height: bottom + 28,
    margins: { left: LEFT, right: WIDTH - RIGHT, top: TOP, bottom: 28 },
    name: 'Time of one launch of each kernel',
    heading: [
      'Time of one launch (shorter is faster), and share of the measured ceiling',
      machineLine(report.machine),
    ],
    devices,
    x: { type: 'log', domain: [low, high] },
    // The middle of a bar, in pixels: groups and cases stand apart.
    y: { type: 'identity', axis: null },
    marks: [
      Plot.gridX(axis.ticks, { stroke: ink.grid, strokeOpacity: 1 }),
      Plot.axisX({ ...axis, anchor: 'top', tickPadding: 6 }),
      Plot.axisX({ ...axis, anchor: 'bottom', tickPadding: 5 }),
      Plot.text(groups, { x: low, y: 'y', text: 'name', textAnchor: 'start', fontWeight: 600 }),
      Plot.text(cases, { x: low, y: 'y', text: 'name', textAnchor: 'end', dx: -8 }),
      Plot.rect(measured, {
        x1: low,
        x2: ({ row }) => Math.max(row.ms, onePixel),
        y1: ({ y }) => y - (BAR - 1) / 2,
        y2: ({ y }) => y + (BAR - 1) / 2,
        fill: ({ row }) => colours.get(row.device) ?? ink.faint,
        title: ({ row }) => `${row.case} on ${row.device}: ${numbers(row)}`,
      }),
      Plot.text(measured, { ...small, x: ({ row }) => row.ms, y: 'y', text: ({ row }) => numbers(row) }),
      Plot.text(skipped, {
        ...small,
        ...{ x: low, y: 'y', className: 'skipped' },
        text: ({ row }) => `${row.device} skipped`,
        title: ({ row }) => row.skipped,
      }),
    ],
  });
}

/** How far down each row, and the names of groups and cases, stand. */
function layOut(rows: readonly Row[]) {
  const places: { readonly row: Row; readonly y: number }[] = [];
  const groups: { readonly name: string; readonly y: number }[] = [];
  const cases: { readonly name: string; readonly y: number }[] = [];
  let y = TOP + (BAR - 1) / 2;
  let before: Row | null = null;
  for (const row of rows) {
    if (row.group !== before?.group) {
      y += GROUP_HEAD;
      groups.push({ name: row.group, y: y - 18 });
    }
    if (row.case !== before?.case) {
      if (row.group === before?.group) y += CASE_GAP;
      cases.push({ name: shortName(row), y });
    }
    places.push({ row, y });
    y += BAR;
    before = row;
  }
  return { places, groups, cases, bottom: y - (BAR - 1) / 2 + 8 };
}

/** A name without the group that stands above it. */
function shortName({ case: name, group }: Row): string {
  const words = group.replaceAll(/[,]|batch /g, '').split(' ');
  return name
    .split(' ')
    .filter((word, i) => word !== words[i])
    .join(' ');
}
