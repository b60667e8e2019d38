import type { Ground } from '../../inspect/seenInk.ts';
import { type Histogram, histogram, middle, type Spread, spreadOf } from '../../inspect/spread.ts';
import { type Format, formatOfName } from '../files/imageNames.ts';
import type { ImageFacts } from '../tasks/facts.ts';
import { type DuplicateGroup, findDuplicates } from './duplicates.ts';
import type { ImageList, Part } from './list.ts';
import type { Scan } from './scan.ts';

/**
 * In images that came prepared, pixels that spread less than this around their mean are no writing: of 3,977 faint
 * photographs of pen strokes the flattest has 0.022, and 0.01 are two and a half of 255 levels, the noise of a camera.
 */
const BLANK_DEVIATION = 0.01;

/** With fewer images a class can hardly be learnt, and a fifth of them is none to test on. */
const FEW = 5;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface ClassFacts {
  readonly label: string;
  /** those that are listed, those that cannot be read too */
  readonly images: number;
  readonly parts: Readonly<Partial<Record<Part, number>>>;
  readonly unreadable: number;
  /** of the mean brightness of its images */
  readonly brightness: Spread | null;
}

/** What a data set is made of, and what in it is suspicious. Images are positions in its list. */
export interface Inspection {
  readonly images: number;
  readonly parts: Readonly<Partial<Record<Part, number>>>;
  readonly classes: readonly ClassFacts[];
  readonly balance: {
    readonly largest: ClassFacts;
    readonly smallest: ClassFacts;
    /** how many times as many images the largest class has; null where the smallest has none */
    readonly ratio: number | null;
  };
  /** classes with fewer than five images */
  readonly few: readonly ClassFacts[];
  /** null where no image can be read */
  readonly sizes: {
    /** by their number of pixels */
    readonly smallest: Size;
    readonly median: Size;
    readonly largest: Size;
    readonly distinct: number;
    /** of the longer side */
    readonly histogram: Histogram;
  } | null;
  /** of the mean brightness of each image; null where none can be read */
  readonly brightness: (Spread & { readonly histogram: Histogram }) | null;
  /**
   * who tells ink from paper: the front that training has too, or, in images that have no file of their own, their
   * brightness as a whole
   */
  readonly inkFrom: 'front' | 'brightness';
  /** without ink */
  readonly blank: readonly number[];
  /** in which the front finds several characters, of which one is read */
  readonly several: readonly number[];
  /** the longer side of the character that is read, 0 to 1 of the picture's; null where the front found none */
  readonly characters: (Spread & { readonly histogram: Histogram }) | null;
  readonly polarity: {
    readonly dark: number;
    readonly bright: number;
    /** those with ink on clear ground, of whatever colour */
    readonly clear: number;
    /** those whose ink is the other way round than in most */
    readonly suspected: readonly number[];
  };
  readonly duplicates: readonly DuplicateGroup[];
  readonly unreadable: readonly { readonly image: number; readonly reason: string }[];
  /** files that are named otherwise than what they hold */
  readonly otherFormat: readonly { readonly image: number; readonly format: string }[];
}

/** Draws up what a scan found. */
export function drawUp(list: ImageList, { facts, reasons }: Scan): Inspection {
  const { images, pixels } = list;
  const readable = facts.flatMap((found, i) => (found === null ? [] : [{ i, ...found }]));
  const classes = classFacts(list, facts);
  const byCount = [...classes].sort((a, b) => a.images - b.images);
  const [smallest, largest] = [byCount[0], byCount[byCount.length - 1]];
  const inked = readable.filter((found) => !isBlank(found));
  return {
    images: images.length,
    parts: tally(images.map(({ part }) => part)),
    classes,
    balance: {
      largest,
      smallest,
      ratio: smallest.images === 0 ? null : largest.images / smallest.images,
    },
    few: byCount.filter((each) => each.images < FEW),
    sizes: sizesOf(readable),
    brightness: sharesOf(readable.map(({ mean }) => mean)),
    inkFrom: pixels === null ? 'front' : 'brightness',
    blank: readable.filter(isBlank).map(({ i }) => i),
    several: readable.filter(({ ink }) => ink?.holds === 'several').map(({ i }) => i),
    characters: sharesOf(
      readable.flatMap(({ ink }) => (ink === null || ink.holds === 'none' ? [] : ink.share)),
    ),
    polarity: polarityOf(inked),
    duplicates: findDuplicates(images, facts),
    unreadable: [...reasons].map(([image, reason]) => ({ image, reason })),
    otherFormat: readable
      .filter(({ i, format }) => format !== null && isOtherwiseNamed(images[i].path!, format))
      .map(({ i, format }) => ({ image: i, format: format! })),
  };
}

const isBlank = ({ ink, deviation }: ImageFacts): boolean =>
  ink === null ? deviation < BLANK_DEVIATION : ink.holds === 'none';

const isOtherwiseNamed = (path: string, format: Format): boolean => formatOfName(path) !== format;

function tally<T extends string>(names: readonly T[]): Partial<Record<T, number>> {
  const counts: Partial<Record<T, number>> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function classFacts({ classes, images }: ImageList, facts: Scan['facts']): ClassFacts[] {
  const members = new Map(classes.map((label): [string, number[]] => [label, []]));
  images.forEach(({ label }, i) => {
    members.get(label)!.push(i);
  });
  return [...members].map(([label, all]) => {
    const read = all.flatMap((i) => facts[i] ?? []);
    return {
      label,
      images: all.length,
      parts: tally(all.map((i) => images[i].part)),
      unreadable: all.length - read.length,
      brightness: spreadOf(read.map(({ mean }) => mean)),
    };
  });
}

/** Ranges of a histogram: enough to see a shape. */
const RANGES = 20;

function sizesOf(readable: readonly ImageFacts[]): Inspection['sizes'] {
  if (readable.length === 0) return null;
  const pixels = ({ width, height }: Size) => width * height;
  const sorted = readable.map(({ width, height }) => ({ width, height }));
  sorted.sort((a, b) => pixels(a) - pixels(b) || a.width - b.width);
  const sides = readable.map(({ width, height }) => Math.max(width, height));
  const from = sides.reduce((least, side) => Math.min(least, side));
  const to = 1 + sides.reduce((most, side) => Math.max(most, side));
  return {
    smallest: sorted[0],
    median: middle(sorted),
    largest: sorted[sorted.length - 1],
    distinct: new Set(sorted.map(({ width, height }) => `${width}×${height}`)).size,
    histogram: histogram(sides, from, to, Math.max(1, Math.ceil((to - from) / RANGES))),
  };
}

/** Numbers from 0 to 1. */
function sharesOf(values: readonly number[]): Inspection['brightness'] {
  const spread = spreadOf(values);
  return spread && { ...spread, histogram: histogram(values, 0, 1, 1 / RANGES) };
}

const groundOf = ({ ink, inkIsDark }: ImageFacts): Ground => {
  if (ink !== null && ink.holds !== 'none') return ink.on;
  return inkIsDark ? 'bright' : 'dark';
};

function polarityOf(inked: readonly (ImageFacts & { readonly i: number })[]): Inspection['polarity'] {
  const on = (ground: Ground) => inked.filter((found) => groundOf(found) === ground);
  const [dark, bright, clear] = [on('bright'), on('dark'), on('clear')];
  const fewer = dark.length < bright.length ? dark : bright;
  return {
    dark: dark.length,
    bright: bright.length,
    clear: clear.length,
    suspected: fewer.map(({ i }) => i),
  };
}
