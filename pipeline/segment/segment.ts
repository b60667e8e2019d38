import { PipelineError } from '../faults.ts';
import type { Found } from '../front/front.ts';
import type { Box } from '../image/box.ts';
import { bottomOf, rightOf } from '../image/box.ts';
import type { RgbaImage } from '../image/image.ts';
import { grouped } from '../text/grouped.ts';
import type { Glyph, JoinParameters } from './join.ts';
import { glyphsOf } from './join.ts';
import type { LineParameters } from './lines.ts';
import { linesOf } from './lines.ts';
import type { PageInkParameters } from './pageInk.ts';
import { pageInk } from './pageInk.ts';
import type { WordParameters } from './words.ts';
import { gapsOf, spaceWidth, wordsOf } from './words.ts';
import type { WritingParameters } from './writing.ts';
import { writingOf } from './writing.ts';

export interface SegmentParameters {
  /** pieces of ink beyond which a picture is taken for noise: they are compared with each other */
  readonly most: number;
  readonly ink: PageInkParameters;
  readonly writing: WritingParameters;
  readonly lines: LineParameters;
  readonly join: JoinParameters;
  readonly words: WordParameters;
}

/**
 * Chosen on 48 lines composed of 1,024 drawn letters and digits, whose boxes are known: 99.9 % of them are found within
 * a quarter of their area, in order and by words, also turned by 3°, in grain, with faint ink or in a soft shadow;
 * 96 % across a shadow as sharp as a knife, where lines break at its edge.
 */
export const segmentDefaults: SegmentParameters = {
  most: 10_000,
  ink: {
    pixels: 4_000_000,
    side: 512,
    reaches: [0.1, 0.02, 0.05, 0.17],
    more: 1.05,
    blur: 0.7,
    rules: { thick: 0.007, slender: 25, reaching: 0.3, free: 0.6, gap: 0.05 },
  },
  writing: { support: 0.87, hug: 0.5, frame: 0.05, edge: 2.5, rule: 5, thin: 0.2, speck: 0.07, least: 5 },
  lines: { body: 0.4, overlap: 0.3, recent: 3, reach: 1, speck: 0.25, long: 5 },
  join: { stacked: 0.5, reach: 0.6, small: 0.4, aside: 0.3, part: 0.4, broken: 0.2, crumb: 0.12 },
  words: { usual: 2, least: 0.4 },
};

/** A character, its box in pixels of the picture. */
export type Character = Glyph;

export interface Segmentation {
  /** lines from top to bottom, words and characters from left to right */
  readonly lines: readonly (readonly (readonly Character[])[])[];
  /** how the ink was found, from which the characters can be cut */
  readonly found: Found;
}

/**
 * Finds the characters of a picture by the connected components of its ink, in reading order. Letters that touch
 * each other are one component, and come out as one character.
 *
 * @throws InkgradError where there are too many pieces of ink for a page
 */
export function segment(picture: RgbaImage, parameters: SegmentParameters = segmentDefaults): Segmentation {
  const found = pageInk(picture, parameters.ink);
  const { plane } = found;
  const all = found.best?.pieces ?? [];
  const { pieces, height } = writingOf(all, plane, parameters.writing);
  if (pieces.length > parameters.most) {
    const count = `${grouped(pieces.length)} pieces of ink, more than a page of writing has`;
    throw new PipelineError(
      `${count}; give a picture with less grain, or a smaller part of it`,
      'no-writing',
    );
  }
  const lines = linesOf(pieces, height, parameters.lines).map((line) =>
    glyphsOf(line, height, parameters.join, plane.width),
  );
  const space = spaceWidth(lines.flatMap(gapsOf), height, parameters.words);
  const place = (glyph: Glyph): Character => ({ ...glyph, box: placed(glyph.box, found) });
  return {
    lines: lines.map((line) => wordsOf(line, space).map((word) => word.map(place))),
    found,
  };
}

/** A box of the page in pixels of the picture. */
export function placed(box: Box, { factor, region }: Found): Box {
  const [x, y] = [box.x * factor, box.y * factor];
  return {
    x,
    y,
    width: Math.min(rightOf(box) * factor, region.width) - x,
    height: Math.min(bottomOf(box) * factor, region.height) - y,
  };
}
