import { contactSheet, type Row } from '../../draw/contactSheet.ts';
import type { RgbaImage } from '../../image/image.ts';
import { grouped } from '../../text/grouped.ts';
import { labelTypeface } from '../draw/labelTypeface.ts';
import type { Inspection } from './inspection.ts';
import type { ImageList } from './list.ts';

/** What fits on a sheet that can still be looked at: rows of classes, and pictures in a row. */
export const MAX_CLASSES = 100;
export const PER_ROW = 12;

/** Some images that belong together, for a sheet or a page. */
export interface Group {
  readonly name: string;
  /** how many there are */
  readonly images: number;
  /** positions of those that are shown */
  readonly shown: readonly number[];
  /** whether each must be told with its label, since they are of several classes */
  readonly mixed: boolean;
}

/** A row for each class, as far as they fit, with the examples that were drawn. */
export function classGroups({ classes }: Inspection, examples: ReadonlyMap<string, number[]>): Group[] {
  return classes.slice(0, MAX_CLASSES).map(({ label, images }) => ({
    name: label,
    images,
    shown: examples.get(label)!,
    mixed: false,
  }));
}

/** Images that are worth a look, by what is suspicious about them; kinds without any are left out. */
export function suspiciousGroups(inspection: Inspection): Group[] {
  const { inkFrom, polarity, blank, several, duplicates } = inspection;
  const disputed = duplicates.filter(({ labels }) => labels.length > 1).flatMap(({ members }) => members);
  const kinds: [string, readonly number[]][] = [
    [inkFrom === 'front' ? 'other polarity' : 'wrong polarity?', polarity.suspected],
    ['no ink', blank],
    ['several', several],
    ['same, other label', disputed],
  ];
  return kinds
    .filter(([, all]) => all.length > 0)
    .map(([name, all]) => ({ name, images: all.length, shown: all.slice(0, PER_ROW), mixed: true }));
}

/**
 * A row per class with its name, its count and some of its images as they are, then a row for each kind of
 * suspicious ones, with their labels.
 *
 * @param thumbnails of the images that are shown; one that is missing could not be read and is left out
 * @param cell side of a cell in pixels
 */
export function inspectionSheet(
  groups: readonly Group[],
  { images }: Pick<ImageList, 'images'>,
  thumbnails: ReadonlyMap<number, RgbaImage>,
  cell: number,
): RgbaImage {
  const rows = groups.map(
    ({ name, images: total, shown, mixed }): Row => ({
      heading: { name, details: [`${grouped(total)} ${total === 1 ? 'image' : 'images'}`] },
      cells: shown.flatMap((i) => {
        const image = thumbnails.get(i);
        return image ? [{ image, ...(mixed && { caption: images[i].label }) }] : [];
      }),
    }),
  );
  return contactSheet(rows, cell, labelTypeface());
}
