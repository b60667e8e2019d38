/** The table of machine code, for a terminal and for Markdown. */
import { grouped } from '../../report/format.ts';
import { markdownTable } from '../../report/markdown.ts';
import { shareOf } from './assembly.ts';
import type { Compiled } from './compiled.ts';
import type { IsaReport, IsaRow, Outcome } from './run.ts';

/** Names of columns; a leading `<` marks one of text. */
export const head = [
  ...['<kernel', '<tiling', '<gpu', 'multiply-adds', 'guarded', 'slow', 'VGPRs', 'SGPRs', 'spills'],
  ...['waves', 'LDS', 'code'],
];

const columns: ((compiled: Compiled) => string)[] = [
  ({ loop }) => String(loop?.slow ?? '–'),
  ({ vgprs }) => String(vgprs),
  ({ sgprs }) => String(sgprs),
  ({ spills }) => String(spills),
  ({ waves }) => String(waves),
  ({ lds }) => grouped(lds),
  ({ code }) => grouped(code),
];

export const cells = ({ kernel, tiling, gpu, fast, checked }: IsaRow): string[] => [
  ...[kernel, tiling, gpu, shareText(fast), shareText(checked)],
  ...columns.map((text) => both(fast, checked, text)),
];

/** Both, with a stroke between, where they differ. */
function both(fast: Outcome, checked: Outcome, text: (compiled: Compiled) => string): string {
  const [a, b] = [fast, checked].map((outcome) => ('failed' in outcome ? '–' : text(outcome)));
  return a === b ? a : `${a} / ${b}`;
}

function shareText(outcome: Outcome): string {
  if ('failed' in outcome) return outcome.failed.replace('bench isa: ', '');
  return outcome.loop === null ? 'no loop' : shareOf(outcome.loop).toFixed(2);
}

export const explanation = [
  'multiply-adds is their share of the vector instructions in the hottest loop: no run reaches a larger share of the peak.',
  'A pair that RDNA 3 issues together is one instruction with two: the bound is then 2, with subgroups of 32 alone.',
  'guarded is the same with every index clamped, as browsers run it; where another column differs by that, both are given.',
  'slow counts the instructions of that loop that take four cycles or more; waves are subgroups that a SIMD holds at once.',
  'Where steps are not unrolled, as on Vega in large tiles, the loop is that of one step, and what brings the next block is not in it.',
  'spills are registers that lie in memory, LDS and code are bytes. The tiling is what is taken when nothing was measured.',
];

/** The report as Markdown. */
export const markdown = ({ driver, rows }: IsaReport): string =>
  [
    '# Machine code',
    `RADV, ${driver}, on a device without hardware`,
    explanation.map((text) => `- ${text}`).join('\n'),
    markdownTable(head, rows.map(cells)),
  ].join('\n\n');
