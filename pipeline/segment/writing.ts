import type { SeenPiece } from '../front/candidate.ts';
import type { Piece } from '../front/pieces.ts';
import { holds, middleOf } from '../image/box.ts';
import { weightedMedian } from './median.ts';

export interface WritingParameters {
  /** the outline of writing is an edge to at least this share */
  readonly support: number;
  /** what touches the border along this share of its own length lies along it, as the edge of paper does */
  readonly hug: number;
  /** a piece that encloses others with this share of its own ink is a frame */
  readonly frame: number;
  /** what touches the border and is longer than this many text heights is a shadow, a table or an edge */
  readonly edge: number;
  /** a piece this many text heights long, and thin, is a ruled line */
  readonly rule: number;
  /** thin: ink for each pixel of length, in text heights */
  readonly thin: number;
  /** what is shorter than this share of the text height in both directions is a speck */
  readonly speck: number;
  /** writing of fewer pixels cannot be read: it is the grain of an empty page */
  readonly least: number;
}

/** The pieces that are writing, and how high it is. */
export interface Writing {
  readonly pieces: readonly Piece[];
  /** the text height in pixels: half of all ink lies in pieces that are no higher */
  readonly height: number;
}

/**
 * Leaves out what is no writing: shade and grain, the border's shadows and edges, frames, ruled lines, specks. Where a rule
 * would leave nothing it is left aside, so that a picture cut to one character, which touches all borders, has it.
 */
export function writingOf(
  all: readonly SeenPiece[],
  page: { width: number; height: number },
  { support, hug, frame, edge, rule, thin, speck, least }: WritingParameters,
): Writing {
  const seen = [
    (piece: SeenPiece) => piece.support >= support,
    ({ kind }: SeenPiece) => kind !== 'tile' && kind !== 'crossing',
  ].reduce(unlessEmpty<SeenPiece>, all);
  const unframed = unlessEmpty(seen, framed(seen, page, frame));
  const height = textHeight(unlessEmpty(unframed, (piece) => !piece.touchesBorder));
  // What fills the height of a picture that is cut to one line may lie along its border.
  const isLine = Math.min(page.width, page.height) < CLOSE * height;
  const pieces = [
    (piece: Piece) => isLine || !liesAlong(piece, hug, FLAT * height),
    (piece: Piece) => !piece.touchesBorder || longerSide(piece) <= edge * height,
    (piece: Piece) =>
      longerSide(piece) < rule * height || piece.pixels.length > thin * height * longerSide(piece),
    (piece: Piece) => longerSide(piece) >= speck * height,
  ].reduce(unlessEmpty<Piece>, unframed);
  const high = textHeight(pieces);
  return Math.max(0, ...pieces.map(longerSide)) < least
    ? { pieces: [], height: high }
    : { pieces, height: high };
}

/** A picture this many text heights high or wide holds one line, or one column. */
const CLOSE = 2;

/** What reaches less than this many text heights into the picture is flat. */
const FLAT = 0.35;

/** Whether a piece lies flat along the border, as the edge of paper does. */
const liesAlong = (piece: Piece, hug: number, flat: number): boolean =>
  Math.min(piece.box.width, piece.box.height) < flat && Math.max(...piece.contact) >= hug * longerSide(piece);

function unlessEmpty<P extends Piece>(pieces: readonly P[], keep: (piece: P) => boolean): readonly P[] {
  const kept = pieces.filter(keep);
  return kept.length > 0 ? kept : pieces;
}

const longerSide = ({ box }: Piece): number => Math.max(box.width, box.height);

/** The median height, each piece counted by its ink: thousands of specks weigh less than a few letters. */
const textHeight = (pieces: readonly Piece[]): number =>
  weightedMedian(
    pieces,
    ({ box }) => box.height,
    ({ pixels }) => pixels.length,
  );

/** For each pixel of a page the number of its piece in the list, counted from 1; 0 is paper. */
function labelled(pieces: readonly Piece[], pixels: number): Int32Array {
  const labels = new Int32Array(pixels);
  for (const [i, piece] of pieces.entries()) for (const pixel of piece.pixels) labels[pixel] = i + 1;
  return labels;
}

/** Keeps all but frames: pieces with ink left, right, above and below of others that have much ink themselves. */
function framed(all: readonly Piece[], page: { width: number; height: number }, share: number) {
  const labels = labelled(all, page.width * page.height);
  // Only what is large beside another piece can hold it; the few large ones are compared with all.
  const bySize = [...all].sort((a, b) => longerSide(b) - longerSide(a));
  const largest = bySize.slice(0, MOST_FRAMES);
  const frames = new Set<Piece>();
  for (const outer of largest) {
    const label = labels[outer.pixels[0]];
    let enclosed = 0;
    for (const inner of all) {
      if (
        inner !== outer &&
        holds(outer.box, inner.box) &&
        encloses(outer, label, inner, labels, page.width)
      ) {
        enclosed += inner.pixels.length;
      }
    }
    if (enclosed >= share * outer.pixels.length) frames.add(outer);
  }
  return (piece: Piece) => !frames.has(piece);
}

/** Frames are among the largest pieces of a page; a form may have as many. */
const MOST_FRAMES = 200;

/** Whether the four rays from the middle of a piece along the axes meet another piece. */
function encloses(outer: Piece, label: number, inner: Piece, labels: Int32Array, width: number): boolean {
  const middle = middleOf(inner.box);
  const [x, y] = [Math.floor(middle.x), Math.floor(middle.y)];
  const { box } = outer;
  const meets = (stepX: number, stepY: number): boolean => {
    for (
      let [u, v] = [x, y];
      u >= box.x && v >= box.y && u < box.x + box.width && v < box.y + box.height;
      u += stepX, v += stepY
    ) {
      if (labels[v * width + u] === label) return true;
    }
    return false;
  };
  return meets(-1, 0) && meets(1, 0) && meets(0, -1) && meets(0, 1);
}
