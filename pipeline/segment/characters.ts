import { cutOut } from '../front/cut.ts';
import { type Box, boxAround } from '../image/box.ts';
import type { RgbaImage } from '../image/image.ts';
import { type Character, segment } from './segment.ts';

/** A character of a page. */
export interface FoundCharacter {
  /** in pixels of the page */
  readonly box: Box;
  /** Cuts it out at the resolution of the page: black ink in the middle of a white square, without the light on the paper. */
  cut(): RgbaImage;
}

/** Characters without a space between them, from left to right. */
export interface FoundWord {
  /** in pixels of the page */
  readonly box: Box;
  /** from left to right */
  readonly characters: readonly FoundCharacter[];
}

/** Words from left to right. */
export interface FoundLine {
  /** in pixels of the page */
  readonly box: Box;
  /** from left to right */
  readonly words: readonly FoundWord[];
}

const around = <T extends { readonly box: Box }>(parts: readonly T[]): Box =>
  boxAround(parts.map(({ box }) => box));

/**
 * The characters of a page in reading order, lines from top to bottom; none where it has none.
 *
 * @throws PipelineError where there are too many pieces of ink for a page
 */
export function charactersOf(page: RgbaImage): FoundLine[] {
  const { lines, found } = segment(page);
  const characterOf = ({ box, pieces }: Character): FoundCharacter => ({
    box,
    cut: () => cutOut(page, found, pieces),
  });
  return lines.map((line) => {
    const words = line.map((word) => {
      const characters = word.map(characterOf);
      return { box: around(characters), characters };
    });
    return { box: around(words), words };
  });
}
