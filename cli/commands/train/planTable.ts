import type { Plan, PlanRow } from '../../../engine/devices/plan.ts';
import { grouped } from '../../../pipeline/text/grouped.ts';
import { table } from '../../table.ts';

/** 12,345,678 → `12.3 M`. */
function short(n: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  let value = n;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? Math.round(value) : value.toPrecision(3)}${units[unit]}`;
}

const sum = (rows: readonly PlanRow[], of: (row: PlanRow) => number): number =>
  rows.reduce((total, row) => total + of(row), 0);

/** Every launch of a step: in order, or where they were timed the longest first. Totals stand at the end. */
export function planTable(plan: Plan, timed: readonly PlanRow[] | null = null): string {
  const rows = timed === null ? plan.rows : [...timed].sort((a, b) => b.milliseconds! - a.milliseconds!);
  const whole = sum(rows, ({ milliseconds = 0 }) => milliseconds);
  const times = ({ milliseconds = 0, flops, bytes }: PlanRow): string[] =>
    timed === null
      ? []
      : [
          milliseconds.toFixed(3),
          `${((100 * milliseconds) / whole).toFixed(1)} %`,
          (flops / milliseconds / 1e6).toFixed(1),
          (bytes / milliseconds / 1e6).toFixed(1),
        ];
  const head = ['<op', '<', '<shapes', '<grid', 'FLOPs', 'bytes'];
  const total = { flops: sum(rows, ({ flops }) => flops), bytes: sum(rows, ({ bytes }) => bytes) };
  const body = rows.map((row) => [
    row.op,
    row.note,
    row.shapes,
    row.grid.join('×'),
    short(row.flops),
    short(row.bytes),
    ...times(row),
  ]);
  const last = [
    'total',
    '',
    `${rows.length} launches`,
    '',
    short(total.flops),
    short(total.bytes),
    ...times({ ...rows[0], ...total, milliseconds: whole }),
  ];
  const memory = `memory of the step: ${plan.buffers} buffers, ${grouped(plan.bytes)} bytes; ${grouped(plan.bytesUnshared)} if nothing were shared`;
  return `${table(timed === null ? head : [...head, 'ms', 'share', 'GFLOP/s', 'GB/s'], [...body, last])}\n\n${memory}`;
}
