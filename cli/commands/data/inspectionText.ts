import type { Inspection } from '../../../pipeline/node/inspect/inspection.ts';
import { type ImageList, partNames } from '../../../pipeline/node/inspect/list.ts';
import { grouped } from '../../../pipeline/text/grouped.ts';
import { visible } from '../../../pipeline/text/visible.ts';
import { bright, cut, findings, headline, overview } from '../../../report/inspection/findings.ts';
import { table } from '../../table.ts';

/** Rows of classes that a person reads; `--json` has them all. */
const MAX_ROWS = 100;

/** An inspection as a person reads it on a terminal. */
export function inspectionText(source: string, inspection: Inspection, list: ImageList): string {
  const facts = overview(inspection);
  const widest = Math.max(...facts.map(([name]) => name.length));
  const found = findings(inspection, list).map(({ title, says, items }) =>
    [`${title}: ${says}`, ...cut(items).map((item) => `  ${visible(item)}`)].join('\n'),
  );
  return [
    `${visible(source)}: ${headline(inspection, list.kind)}`,
    classTable(inspection),
    facts.map(([name, says]) => `${name.padEnd(widest)}  ${visible(says)}`).join('\n'),
    ...(found.length > 0 ? found : ['nothing is suspicious']),
  ].join('\n\n');
}

function classTable({ classes, parts, unreadable }: Inspection): string {
  const present = partNames.filter((part) => parts[part] !== undefined);
  const broken = unreadable.length > 0;
  const head = [
    '<class',
    'images',
    ...present,
    ...(broken ? ['unreadable'] : []),
    'brightness',
    'nine of ten',
  ];
  const rows = classes
    .slice(0, MAX_ROWS)
    .map(({ label, images, parts: counts, unreadable: unread, brightness }) => [
      label,
      grouped(images),
      ...present.map((part) => grouped(counts[part] ?? 0)),
      ...(broken ? [grouped(unread)] : []),
      brightness === null ? '–' : bright(brightness.mean),
      brightness === null ? '–' : `${bright(brightness.low)}–${bright(brightness.high)}`,
    ]);
  const left = classes.length - rows.length;
  return table(head, rows) + (left > 0 ? `\n… and ${grouped(left)} more classes` : '');
}
