import { cutOut } from '../front/cut.ts';
import { boxAround } from '../image/box.ts';
import type { RgbaImage } from '../image/image.ts';
import { prepare } from '../preprocess/prepare.ts';
import type { Glyph } from '../segment/join.ts';
import { medianOf } from '../segment/median.ts';
import { merged, type SeamParameters, seamsOf, slicesOf } from '../segment/seams.ts';
import type { Segmentation } from '../segment/segment.ts';
import type { Predictor, Reading } from './predict.ts';

/** What a way to cut a glyph costs; the least is taken. Lengths are in text heights. */
export interface TouchingParameters extends SeamParameters {
  /** a narrower glyph is one character, whatever it looks like */
  readonly narrow: number;
  /** what is lower is no character, nor what is wider than high by this */
  readonly low: number;
  readonly widest: number;
  /** the cost of a doubt: what log probability counts beside all others, which are measured by it */
  readonly doubt: number;
  /** … of a cut, for each text height of ink that it goes through, and for each stroke after the first */
  readonly cut: number;
  readonly ink: number;
  readonly stroke: number;
  /** … of a glyph that stays whole, for each text height that it is wider than half of one */
  readonly whole: number;
  /** … of width beyond that of most characters, by its square */
  readonly broad: number;
  readonly breadth: number;
  /** … of a part that is lower than the others, by what is missing */
  readonly full: number;
  readonly short: number;
  /** how much a part looks like a character to a model that cannot tell: it is sure of halves of a 0, too */
  readonly blind: number;
}

/**
 * Fitted on pairs of digits of MNIST's training part that were drawn so that their ink touches, and on others that stand apart,
 * of which 1 in 250 is cut wrongly.
 */
export const touchingDefaults: TouchingParameters = {
  bend: 0.08,
  apart: 0.05,
  least: 0.08,
  most: 8,
  narrow: 0.3,
  low: 0.5,
  widest: 1.3,
  doubt: 3,
  cut: 1,
  ink: 1,
  stroke: 0.6,
  whole: 1.5,
  broad: 0.77,
  breadth: 20,
  full: 0.88,
  short: 8,
  blind: 0.6,
};

/** A glyph as a model names it. */
export interface Named extends Reading {
  readonly glyph: Glyph;
}

/** A glyph and the ways to cut it. */
export interface Lattice {
  /** the text height of its line */
  readonly height: number;
  /** the seams between its slices: ink in text heights, and strokes */
  readonly cuts: readonly { readonly ink: number; readonly strokes: number }[];
  /** what lies between two seams, of which the borders are the first and the last */
  readonly arcs: readonly Arc[];
}

interface Arc extends Named {
  readonly from: number;
  readonly to: number;
}

/**
 * Names the characters of a page, also those that touch each other. A glyph is cut at more places than it has characters, the
 * model names what lies between each two of them, and the most probable way from left to right is taken: heuristic
 * over-segmentation, as LeCun et al. read cheques ("Gradient-based learning applied to document recognition", Proceedings of
 * the IEEE 86, 1998); recognition-based, in the words of Casey and Lecolinet ("A survey of methods and strategies in character
 * segmentation", IEEE PAMI 18, 1996).
 *
 * @returns for each character of the lines, in order, one or more
 */
export async function namedGlyphs(
  picture: RgbaImage,
  segmentation: Segmentation,
  predictor: Predictor,
  parameters: TouchingParameters = touchingDefaults,
): Promise<Named[][]> {
  const lattices = await latticesOf(picture, segmentation, predictor, parameters);
  return lattices.map((lattice) => bestWay(lattice, parameters));
}

/**
 * Cuts the characters of a page in all ways, and has the parts named. Most need no cut: where a glyph as a whole costs less than
 * a single cut, no way can be better.
 */
export async function latticesOf(
  picture: RgbaImage,
  { found, lines }: Segmentation,
  predictor: Predictor,
  parameters: TouchingParameters,
): Promise<Lattice[]> {
  const read = async (glyphs: readonly Glyph[]): Promise<Named[]> => {
    const images = glyphs.map(({ pieces }) => cutOut(picture, found, pieces));
    const prepared = images.map((image) => prepare(image, predictor.recipeFor(image).recipe));
    const readings = await predictor.predictAll(prepared);
    return glyphs.map((glyph, i) => ({ ...readings[i], glyph }));
  };
  const glyphs = lines.flatMap((words) => {
    const line = words.flat();
    const height = medianOf(line.map(({ box }) => box.height)) / found.factor;
    return line.map(({ pieces }) => ({ whole: wholeOf(pieces), height }));
  });
  const wholes = await read(glyphs.map(({ whole }) => whole));
  const cut = glyphs.map(({ whole, height }, i) => {
    const isPlain = costOf(wholes[i], height, true, parameters) <= parameters.cut;
    return cutInAllWays(whole, height, found.plane.width, isPlain ? { ...parameters, most: 0 } : parameters);
  });
  const parts = (await read(cut.flatMap(({ arcs }) => arcs.map(({ glyph }) => glyph)))).values();
  return cut.map(({ arcs, ...lattice }, i) => ({
    ...lattice,
    arcs: [
      { ...wholes[i], from: 0, to: lattice.cuts.length + 1 },
      ...arcs.map((arc) => ({ ...parts.next().value!, ...arc })),
    ],
  }));
}

const wholeOf = (pieces: Glyph['pieces']): Glyph => ({
  box: boxAround(pieces.map(({ box }) => box)),
  pieces,
});

function cutInAllWays(glyph: Glyph, height: number, pageWidth: number, parameters: TouchingParameters) {
  const { narrow, low, widest } = parameters;
  const isNarrow = glyph.box.width < narrow * Math.max(height, glyph.box.height);
  const seams = isNarrow || parameters.most === 0 ? [] : seamsOf(glyph, pageWidth, parameters);
  const slices = slicesOf(glyph, seams, pageWidth);
  const arcs: { from: number; to: number; glyph: Glyph }[] = [];
  for (let from = 0; from < slices.length; from++) {
    for (let to = from + 1; to <= slices.length; to++) {
      const part = merged(slices.slice(from, to));
      if (part === undefined || to - from === slices.length) continue;
      const { box } = part;
      if (box.height < low * height || box.width > widest * Math.max(height, box.height)) continue;
      arcs.push({ from, to, glyph: part });
    }
  }
  return { height, cuts: seams.map(({ ink, strokes }) => ({ ink: ink / height, strokes })), arcs };
}

/** The way from the left border to the right with the least cost: Viterbi's, for arcs go to the right only. */
export function bestWay({ height, cuts, arcs }: Lattice, parameters: TouchingParameters): Named[] {
  const { cut, ink, stroke } = parameters;
  const best: { cost: number; way: Named[] }[] = [{ cost: 0, way: [] }];
  for (let to = 1; to <= cuts.length + 1; to++) {
    best[to] = { cost: Number.POSITIVE_INFINITY, way: [] };
    const seam = cuts[to - 1];
    const toCut = seam === undefined ? 0 : cut + ink * seam.ink + stroke * Math.max(0, seam.strokes - 1);
    for (const { from, to: end, ...named } of arcs) {
      if (end !== to) continue;
      const isWhole = to - from === cuts.length + 1;
      const cost = best[from].cost + toCut + costOf(named, height, isWhole, parameters);
      if (cost < best[to].cost) best[to] = { cost, way: [...best[from].way, named] };
    }
  }
  return best[cuts.length + 1].way;
}

/** What it costs to take a glyph for one character: doubt, and a shape that characters seldom have. */
function costOf(
  { glyph: { box }, guesses, known }: Named,
  height: number,
  isWhole: boolean,
  { doubt, whole, broad, breadth, full, short, blind }: TouchingParameters,
): number {
  const looks = known ?? (isWhole ? 1 : blind);
  const width = box.width / Math.max(height, box.height);
  // Two classes, since O and 0 divide what is sure to be one of them.
  const sure = guesses[0].probability + (guesses[1]?.probability ?? 0);
  const doubts = -Math.log(Math.max(sure, 1e-6)) - Math.log(Math.max(looks, 1e-3));
  const shape = isWhole ? whole * Math.max(0, width - 0.5) : short * Math.max(0, full - box.height / height);
  return doubt * doubts + breadth * Math.max(0, width - broad) ** 2 + shape;
}
