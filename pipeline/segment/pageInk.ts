import { type Axis, along, axisOf, LEAST, MOST } from '../front/axis.ts';
import { type Candidate, candidateOf } from '../front/candidate.ts';
import type { Polarity } from '../front/contrast.ts';
import type { Plane } from '../front/extremes.ts';
import type { Found } from '../front/front.ts';
import { isDrawn } from '../front/grain.ts';
import { type SmallPicture, shrink } from '../front/shrink.ts';
import { surfaceOf } from '../front/surface.ts';
import type { RgbaImage } from '../image/image.ts';
import { gaussian } from '../preprocess/gaussian.ts';
import { type RuleParameters, rulesOf } from './rules.ts';

export interface PageInkParameters {
  /** the size that pages are worked on, in pixels */
  readonly pixels: number;
  /** how many pixels the longer side has about when polarity, colours and the width of strokes are chosen */
  readonly side: number;
  /** widths of strokes that are tried, as shares of the longer side */
  readonly reaches: readonly number[];
  /** a way to see the page must explain so many times as much as one that was tried before it */
  readonly more: number;
  /** standard deviation in pixels of the blur that takes the grain out */
  readonly blur: number;
  readonly rules: RuleParameters;
}

/** One way to see a page. */
interface Look {
  readonly axis: Axis;
  readonly polarity: Polarity;
  /** as a share of the longer side */
  readonly reach: number;
}

/**
 * Finds the ink of a page as that of a picture of one character is found, but at a resolution that parts small characters.
 * Which way to see it is chosen on few pixels.
 */
export function pageInk(picture: RgbaImage, parameters: PageInkParameters): Found {
  const surface = surfaceOf(picture);
  const region = { x: 0, y: 0, width: picture.width, height: picture.height };
  const at = (factor: number): SmallPicture => shrink(picture, surface, region, factor);
  const factor = Math.max(1, Math.ceil(Math.sqrt((picture.width * picture.height) / parameters.pixels)));
  const coarse = Math.max(factor, Math.round(Math.max(picture.width, picture.height) / parameters.side));
  const small = at(coarse);
  const look = bestLook(small, parameters);
  const fine = coarse === factor ? small : at(factor);
  const axis = look?.axis ?? axisOf(small);
  const plane = along(fine, axis);
  const best = look === undefined ? undefined : unruled(plane, look, parameters);
  return { surface, axis, region, factor, plane, best, candidates: [] };
}

/** The ink of a page without the lines of its paper: they are painted over, and the page is seen again. */
function unruled(plane: Plane, look: Look, { blur, rules }: PageInkParameters): Candidate | undefined {
  const first = seen(plane, look, blur);
  if (first === undefined) return undefined;
  const lines = rulesOf({ ...plane, data: first.mask }, rules);
  if (lines === undefined) return first;
  const data = plane.data.map((value, i) => (lines[i] ? first.ground.data[i] : value));
  const second = seen({ ...plane, data }, look, blur);
  return second?.pieces.some(({ kind }) => kind === 'writing') ? second : first;
}

/**
 * Tries all widths of strokes, polarities and ways to take colours together. A polarity that explains little beside the other at
 * the first width is not tried at further ones.
 */
function bestLook(small: SmallPicture, { reaches, more, blur }: PageInkParameters): Look | undefined {
  const principal = axisOf(small);
  const isGray = small.channels.length === 1;
  let polarities: readonly Polarity[] = ['dark', 'bright'];
  let [best, look]: [Candidate | undefined, Look | undefined] = [undefined, undefined];
  for (const reach of reaches) {
    const scores = { dark: 0, bright: 0 };
    for (const polarity of polarities) {
      for (const axis of isGray ? [principal] : [principal, polarity === 'dark' ? LEAST : MOST]) {
        const candidate = seen(along(small, axis), { axis, polarity, reach }, blur);
        if (candidate === undefined) continue;
        scores[polarity] = Math.max(scores[polarity], candidate.score);
        if (best !== undefined && candidate.score <= more * best.score) continue;
        [best, look] = [candidate, { axis, polarity, reach }];
      }
    }
    const most = Math.max(scores.dark, scores.bright);
    polarities = polarities.filter((polarity) => scores[polarity] >= RIVAL * most);
  }
  return look;
}

/** A polarity with less than this share of the other's score is none. */
const RIVAL = 0.3;

function seen(plane: Plane, { polarity, reach }: Look, blur: number): Candidate | undefined {
  const drawn = isDrawn(plane);
  const longer = Math.max(plane.width, plane.height);
  const smooth = drawn ? plane : gaussian(plane, blur);
  return candidateOf(smooth, polarity, Math.max(2, Math.round(reach * longer)), drawn);
}
