import type { Inspection } from '../../pipeline/inspect/inspection.ts';
import type { ImageList } from '../../pipeline/inspect/list.ts';
import { grouped, table } from '../output.ts';
import { bright, cut, findings, headline, overview } from './findings.ts';

/** Rows of classes that a person reads; `--json` has them all. */
const MAX_ROWS = 100;

/** An inspection as a person reads it on a terminal. */
export function inspectionText(source: string, inspection: Inspection, list: ImageList): string {
  const facts = overview(inspection);
  const widest = Math.max(...facts.map(([name]) => name.length));
  const found = findings(inspection, list).map(({ title, says, items }) =>
    [`${title}: ${says}`, ...cut(items).map((item) => `  ${oneLine(item)}`)].join('\n'),
  );
  return [
    `${source}: ${headline(inspection, list.kind)}`,
    classTable(inspection),
    facts.map(([name, says]) => `${name.padEnd(widest)}  ${oneLine(says)}`).join('\n'),
    ...(found.length > 0 ? found : ['nothing is suspicious']),
  ].join('\n\n');
}

function classTable({ classes, parts, unreadable }: Inspection): string {
  const parted = parts.all === undefined;
  const broken = unreadable.length > 0;
  const head = [
    '<class',
    'images',
    ...(parted ? ['train', 'test'] : []),
    ...(broken ? ['unreadable'] : []),
    'brightness',
    'nine of ten',
  ];
  const rows = classes
    .slice(0, MAX_ROWS)
    .map(({ label, images, parts: { train = 0, test = 0 }, unreadable: unread, brightness }) => [
      oneLine(label),
      grouped(images),
      ...(parted ? [grouped(train), grouped(test)] : []),
      ...(broken ? [grouped(unread)] : []),
      brightness === null ? '–' : bright(brightness.mean),
      brightness === null ? '–' : `${bright(brightness.low)}–${bright(brightness.high)}`,
    ]);
  const left = classes.length - rows.length;
  return table(head, rows) + (left > 0 ? `\n… and ${grouped(left)} more classes` : '');
}

/** Names of files may hold line breaks and worse, which are not for a terminal. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}/gu, '�');
