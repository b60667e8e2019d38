import { cutOut } from '../front/cut.ts';
import { boxAround } from '../image/box.ts';
import type { RgbaImage } from '../image/image.ts';
import { prepare } from '../preprocess/prepare.ts';
import type { Glyph } from '../segment/join.ts';
import { medianOf } from '../segment/median.ts';
import { merged, type SeamParameters, seamsOf, slicesOf } from '../segment/seams.ts';
import type { Segmentation } from '../segment/segment.ts';
import type { Predictor, Reading } from './predict.ts';

const E = (name: string, value: number): number => Number((globalThis as any).process?.env[name] ?? value);

export interface TouchingParameters extends SeamParameters {
  /** narrower than this many heights a glyph is one character, whatever it looks like */
  readonly wide: number;
  /** what a cut costs, in log probability */
  readonly cut: number;
  /** … and for each height of ink that it goes through */
  readonly ink: number;
  /** a character is wider than this many text heights at a cost */
  readonly broad: number;
  /** … that grows with the square of what is more, in text heights */
  readonly breadth: number;
  /** lower than this many text heights nothing is cut off */
  readonly low: number;
}

export const touchingDefaults: TouchingParameters = {
  bend: E('bend', 0.3),
  apart: E('apart', 0.1),
  least: E('least', 0.08),
  most: E('most', 5),
  wide: E('wide', 0.4),
  cut: E('cut', 2),
  ink: E('ink', 2),
  broad: E('broad', 0.9),
  breadth: E('breadth', 40),
  low: E('low', 0.5),
};

/** A glyph as a model names it, the most probable class first. */
export interface Named extends Reading {
  readonly glyph: Glyph;
}

/** A glyph and the ways to cut it. */
interface Lattice {
  readonly height: number;
  /** pixels of ink under each seam, in text heights */
  readonly cuts: readonly number[];
  /** arcs from seam to seam; the borders are seams too */
  readonly arcs: readonly Arc[];
}

interface Arc {
  readonly from: number;
  readonly to: number;
  readonly glyph: Glyph;
}

/**
 * Names the characters of a page, also those that touch each other. A glyph is cut at more places than it has characters, the
 * model names what lies between each two of them, and the most probable way from left to right is taken: heuristic
 * over-segmentation, as LeCun et al. read cheques with it ("Gradient-based learning applied to document recognition",
 * Proceedings of the IEEE 86, 1998); recognition-based, in the words of Casey and Lecolinet ("A survey of methods and strategies
 * in character segmentation", IEEE PAMI 18, 1996).
 *
 * @returns for each character of the lines, in order, one or more
 */
export async function namedGlyphs(
  picture: RgbaImage,
  { found, lines }: Segmentation,
  predictor: Predictor,
  parameters: TouchingParameters = touchingDefaults,
): Promise<Named[][]> {
  const lattices = lines.flatMap((words) => {
    const line = words.flat();
    const height = medianOf(line.map(({ box }) => box.height)) / found.factor;
    return line.map(({ pieces }) => latticeOf(whole(pieces), height, found.plane.width, parameters));
  });
  const arcs = lattices.flatMap((lattice) => lattice.arcs);
  const prepared = arcs.map(({ glyph: { pieces } }) => {
    const image = cutOut(picture, found, pieces);
    return prepare(image, predictor.recipeFor(image).recipe);
  });
  const readings = await predictor.predictAll(prepared);
  const readingOf = new Map(arcs.map((arc, i) => [arc, readings[i]]));
  return lattices.map((lattice) => bestWay(lattice, readingOf, parameters));
}

const whole = (pieces: Glyph['pieces']): Glyph => ({ box: boxAround(pieces.map(({ box }) => box)), pieces });

function latticeOf(glyph: Glyph, height: number, pageWidth: number, parameters: TouchingParameters): Lattice {
  const isNarrow = glyph.box.width < parameters.wide * Math.max(height, glyph.box.height);
  const seams = isNarrow ? [] : seamsOf(glyph, pageWidth, parameters);
  const slices = slicesOf(glyph, seams, pageWidth);
  const arcs: Arc[] = [{ from: 0, to: slices.length, glyph }];
  for (let from = 0; from < slices.length; from++) {
    for (let to = from + 1; to <= slices.length; to++) {
      const part = merged(slices.slice(from, to));
      if (part === undefined || (from === 0 && to === slices.length)) continue;
      if (
        part.box.height < parameters.low * height ||
        part.box.width > 1.3 * Math.max(height, part.box.height)
      )
        continue;
      arcs.push({ from, to, glyph: part });
    }
  }
  return { height, cuts: seams.map(({ ink }) => ink / height), arcs };
}

/** The way from the left border to the right with the least cost: Viterbi's, for arcs go to the right only. */
function bestWay(
  { height, cuts, arcs }: Lattice,
  readingOf: ReadonlyMap<Arc, Reading>,
  { cut, ink, broad, breadth }: TouchingParameters,
): Named[] {
  const best: { cost: number; way: Named[] }[] = [{ cost: 0, way: [] }];
  for (let to = 1; to <= cuts.length + 1; to++) {
    best[to] = { cost: Number.POSITIVE_INFINITY, way: [] };
    for (const arc of arcs) {
      if (arc.to !== to) continue;
      const reading = readingOf.get(arc)!;
      const { box } = arc.glyph;
      const more = Math.max(0, box.width / Math.max(height, box.height) - broad);
      const cost =
        best[arc.from].cost -
        Math.log(Math.max(reading.guesses[0].probability, 1e-9)) +
        breadth * more ** 2 +
        (to > cuts.length ? 0 : cut + ink * cuts[to - 1]);
      if (cost < best[to].cost)
        best[to] = { cost, way: [...best[arc.from].way, { glyph: arc.glyph, ...reading }] };
    }
  }
  return best[cuts.length + 1].way;
}
