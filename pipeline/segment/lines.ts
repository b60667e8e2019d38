import type { Box } from '../image/box.ts';
import { bottomOf, gapAcross, gapDown, middleOf } from '../image/box.ts';
import { medianOf } from './median.ts';

export interface LineParameters {
  /** pieces at least this share of the text height high make lines; others, such as dots, only join them */
  readonly body: number;
  /** a body belongs to a line where they share this part of the lower one's height */
  readonly overlap: number;
  /** how many of a line's last bodies say where it is */
  readonly recent: number;
  /** a smaller piece belongs to the line of its nearest piece, if that is at most this many text heights off */
  readonly reach: number;
  /** … else, where it is smaller than this share of the text height, it is a speck */
  readonly speck: number;
  /** lines this many text heights long say how the page is turned */
  readonly long: number;
}

interface Boxed {
  readonly box: Box;
}

/**
 * Sorts pieces into lines of writing, from top to bottom.
 *
 * Lines are followed from left to right, so they may slant or wave: a body goes to the line whose last ones it
 * overlaps most, by rows, else it begins one. Since that loses its way over wide gaps on a turned page, it is
 * done twice: the lines of the first time say how much the page is turned, and the second time rows are
 * counted along that.
 *
 * @param height the text height in pixels
 */
export function linesOf<T extends Boxed>(
  pieces: readonly T[],
  height: number,
  parameters: LineParameters,
): T[][] {
  const { body, reach, speck, long } = parameters;
  const bodies = pieces.filter(({ box }) => box.height >= body * height);
  const slope = slopeOf(follow(bodies, 0, parameters), long * height);
  const lines = follow(bodies, slope, parameters);
  const isBody = new Set(bodies);
  const astray = attach(
    pieces.filter((piece) => !isBody.has(piece)),
    lines,
    reach * height,
  ).filter(({ box }) => lines.length === 0 || Math.max(box.width, box.height) >= speck * height);
  const level = (line: readonly T[]) => mean(line.map(({ box }) => straightened(box, slope).middle));
  return [...lines, ...follow(astray, slope, parameters)].sort((a, b) => level(a) - level(b));
}

/** Where a box lies by rows once a turned page is put straight: rows fall by `slope` for each column. */
function straightened(box: Box, slope: number) {
  const fall = slope * middleOf(box).x;
  const [top, bottom] = [box.y - fall, bottomOf(box) - fall];
  return { top, bottom, middle: (top + bottom) / 2 };
}

/** Puts bodies into lines, from left to right. */
function follow<T extends Boxed>(
  bodies: readonly T[],
  slope: number,
  { overlap, recent }: LineParameters,
): T[][] {
  const lines: { members: T[]; top: number; bottom: number }[] = [];
  for (const body of [...bodies].sort((a, b) => middleOf(a.box).x - middleOf(b.box).x)) {
    const own = straightened(body.box, slope);
    let [best, line] = [overlap, undefined as (typeof lines)[number] | undefined];
    for (const other of lines) {
      const shared = Math.min(other.bottom, own.bottom) - Math.max(other.top, own.top);
      const share = shared / Math.min(other.bottom - other.top, own.bottom - own.top);
      if (share >= best) [best, line] = [share, other];
    }
    if (line === undefined) {
      lines.push({ members: [body], top: own.top, bottom: own.bottom });
      continue;
    }
    line.members.push(body);
    const last = line.members.slice(-recent).map(({ box }) => straightened(box, slope));
    line.top = medianOf(last.map(({ top }) => top));
    line.bottom = medianOf(last.map(({ bottom }) => bottom));
  }
  return lines.map(({ members }) => members);
}

/** The common slope of long lines by least squares: Σ (x − x̄)(y − ȳ) / Σ (x − x̄)², each line with means of its own. */
function slopeOf(lines: readonly (readonly Boxed[])[], long: number): number {
  let [products, squares] = [0, 0];
  for (const line of lines) {
    const middles = line.map(({ box }) => middleOf(box));
    if (middles[middles.length - 1].x - middles[0].x < long) continue;
    const x = mean(middles.map((middle) => middle.x));
    const y = mean(middles.map((middle) => middle.y));
    for (const middle of middles) {
      products += (middle.x - x) * (middle.y - y);
      squares += (middle.x - x) ** 2;
    }
  }
  return squares > 0 ? products / squares : 0;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Rounds in which small pieces may follow others that a round before put into a line, as the parts of : and ; do. */
const ROUNDS = 3;

/** Puts each small piece into the line of what is nearest to it and within reach; gives those that have none. */
function attach<T extends Boxed>(small: readonly T[], lines: readonly T[][], reach: number): readonly T[] {
  let left = small;
  for (let round = 0; round < ROUNDS; round++) {
    const members = lines.flatMap((line) => line.map((piece) => ({ piece, line })));
    left = left.filter((piece) => {
      let [best, nearest]: [number, T[] | undefined] = [reach, undefined];
      for (const member of members) {
        const away = distanceToOwner(piece.box, member.piece.box);
        if (away <= best) [best, nearest] = [away, member.line];
      }
      nearest?.push(piece);
      return nearest === undefined;
    });
  }
  return left;
}

/**
 * The distance of a small piece from what it may belong to, where up counts half as much again: what lies between
 * two lines is more often a dot or an accent of the lower one than a dot or a comma of the upper one.
 */
function distanceToOwner(small: Box, owner: Box): number {
  const down = Math.max(0, gapDown(small, owner));
  return Math.hypot(Math.max(0, gapAcross(small, owner)), owner.y < small.y ? 1.5 * down : down);
}
