/** The tables of machine code, for a terminal and for Markdown. */
import { grouped } from '../../pipeline/text/grouped.ts';
import { markdownTable } from '../../report/markdown.ts';
import { boundOf } from './bound.ts';
import type { Outcome } from './compile.ts';
import type { Compiled } from './compiled.ts';
import type { IsaReport, IsaRow } from './run.ts';
import type { TimeRow } from './times.ts';

/** Names of columns, of which a leading `<` marks one of text, and rows of as many cells. */
export interface ReportTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const head = [
  ...['<kernel', '<tiling', '<gpu', 'multiply-adds', 'by GPU', 'clamped', 'slow', 'VGPRs', 'SGPRs', 'spills'],
  ...['waves', 'LDS', 'code', 'compile'],
];

const columns: ((compiled: Compiled) => string)[] = [
  ({ loop, whole }) => String((loop ?? whole).slow),
  ({ vgprs }) => String(vgprs),
  ({ sgprs }) => String(sgprs),
  ({ spills }) => String(spills),
  ({ waves }) => String(waves),
  ({ lds }) => grouped(lds),
  ({ code }) => grouped(code),
];

export const cells = (row: IsaRow): string[] => {
  const { kernel, engine, tiling, gpu, fast, hardware, checked } = row;
  return [
    ...[kernel, isOwn(row) ? tiling : `${engine} ${tiling}`.trim(), gpu, share(gpu, fast)],
    ...[share(gpu, hardware), share(gpu, checked)],
    ...[...columns.map((text) => both(fast, checked, text)), milliseconds(hardware)],
  ];
};

const isOwn = ({ engine }: IsaRow): boolean => engine === 'inkgrad';

/** Both, with a stroke between, where they differ. */
function both(fast: Outcome, checked: Outcome, text: (compiled: Compiled) => string): string {
  const [a, b] = [fast, checked].map((outcome) => ('failed' in outcome ? '–' : text(outcome)));
  return a === b ? a : `${a} / ${b}`;
}

function share(gpu: IsaRow['gpu'], outcome: Outcome): string {
  if ('failed' in outcome) return outcome.failed.replace('bench isa: ', '');
  return boundOf(gpu, outcome).toFixed(2);
}

const milliseconds = (outcome: Outcome): string =>
  'failed' in outcome ? '–' : (outcome.compile / 1000).toFixed(1);

/** What each engine can reach of the peak, one beside the other; null where there is inkgrad alone. */
function beside(rows: readonly IsaRow[]): ReportTable | null {
  const engines = [...new Set(rows.map(({ engine }) => engine))];
  if (engines.length < 2) return null;
  const chosen = rows.filter((row) => row.chosen);
  const firsts = chosen.filter(isOwn);
  return {
    head: ['<kernel', '<gpu', ...engines, 'lead'],
    rows: firsts.map(({ kernel, gpu }) => {
      const found = engines.map((engine) =>
        chosen.find((row) => row.engine === engine && row.kernel === kernel && row.gpu === gpu),
      );
      const shares = found.map(
        (row) => row && [row.fast, row.hardware, row.checked].map((each) => share(gpu, each)),
      );
      const leads = [0, 1, 2].map((i) => {
        const [own, ...others] = shares.map((each) => Number(each?.[i] ?? Number.NaN) || 0);
        const points = Math.round(100 * (own - Math.max(...others)));
        return points > 0 ? `+${points}` : String(points);
      });
      return [kernel, gpu, ...shares.map((each) => each?.join(' / ') ?? '–'), leads.join(' / ')];
    }),
  };
}

export function tables({ rows }: IsaReport): ReportTable[] {
  const second = beside(rows);
  return [{ head, rows: rows.map(cells) }, ...(second === null ? [] : [second])];
}

export const explanation = ({ rows }: IsaReport): string[] => [
  'multiply-adds is the share of the peak that the hottest loop can reach, by what else its vector instructions do;',
  'where nothing loops it is that of the whole kernel.',
  'Browsers guard memory: by GPU is with its own bounds (robustBufferAccess2), as Dawn has it with this driver; clamped is with a',
  'minimum for every index, as it has it elsewhere. Where another column differs by that, it is given without and with clamping.',
  'slow counts the instructions of that loop that take four cycles or more; waves are subgroups that a SIMD holds at once.',
  'Where steps are not unrolled, as on Vega in large tiles, the loop is that of one step, and what brings the next block is not in it.',
  'spills are registers that lie in memory, LDS and code are bytes. The tiling is what is taken when nothing was measured.',
  'compile is how many milliseconds of a processor the driver took here, guarded by the GPU: a figure of this machine.',
  ...(rows.every(isOwn)
    ? []
    : [
        'Other engines: the same layer with the same batch, channels first in jax-js and last in tfjs; of several programs the one that multiplies.',
        'Where inkgrad pools in the kernel, theirs ends with the relu. lead is in points before the better of them, without guards, by GPU and clamped.',
        'A share is not a speed: a loop that multiplies where a padded border is, or reads memory for each product, has one too.',
      ]),
];

/** The report as Markdown. */
export const markdown = (report: IsaReport): string =>
  [
    '# Machine code',
    `RADV, ${report.driver}, on a device without hardware`,
    explanation(report)
      .map((text) => `- ${text}`)
      .join('\n'),
    ...tables(report).map(({ head, rows }) => markdownTable(head, rows)),
  ].join('\n\n');

const timeHead = ['<step of', '<gpu', '<what', 'pipelines', 'Dawn ms', 'driver ms', 'at once ms'];

export const timeTable = (rows: readonly TimeRow[]): ReportTable => ({
  head: timeHead,
  rows: rows.map(({ model, gpu, what, pipelines, dawn, driver, together }) => [
    ...[model, gpu, what, String(pipelines)],
    ...[dawn, driver, together].map((time) => String(Math.round(time))),
  ]),
});

export const timeExplanation = [
  'What the first step of training compiles, guarded as browsers have it; figures of this machine, the shortest of three.',
  'Dawn and driver are what a processor takes for one after the other; at once is by the clock, on as many cores as there are.',
  'candidates are the tilings that a longer run measures before its first step; they are kept for later runs.',
];

/** The times as Markdown. */
export const timeMarkdown = (rows: readonly TimeRow[]): string => {
  const { head, rows: body } = timeTable(rows);
  return [
    '# What the first step compiles',
    timeExplanation.map((text) => `- ${text}`).join('\n'),
    markdownTable(head, body),
  ].join('\n\n');
};
