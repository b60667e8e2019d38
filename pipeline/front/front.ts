import type { Box } from '../image/box.ts';
import { boxAround } from '../image/box.ts';
import type { RgbaImage } from '../image/image.ts';
import { type Axis, along, axisOf } from './axis.ts';
import { type Candidate, candidateOf } from './candidate.ts';
import type { Polarity } from './contrast.ts';
import type { Plane } from './extremes.ts';
import { isDrawn } from './grain.ts';
import { shrink } from './shrink.ts';
import { singleOf } from './single.ts';
import { type Surface, surfaceOf } from './surface.ts';
import { variationOf } from './variation.ts';
import { isWhiteNoise } from './whiteNoise.ts';

/** A part of a picture, and how its ink was found. */
export interface Found {
  readonly surface: Surface;
  readonly axis: Axis;
  readonly region: Box;
  /** pixels of the picture in each direction that became one of the plane */
  readonly factor: number;
  readonly plane: Plane;
  readonly best: Candidate | undefined;
  readonly candidates: readonly Candidate[];
}

/** Widths of strokes that are tried, as shares of the longer side; the broadest brush is a sixth of its character. */
const REACHES = [0.1, 0.02, 0.045, 0.07, 0.17];

/** A candidate must explain so much more than one that was tried before it. */
const MORE = 1.05;

/** A picture is looked at with about this many pixels in its longer side, a large one with up to twice as many. */
const SIDE = 256;

/** A character with fewer pixels than this is looked at again, from nearer. */
const SMALL = 40;

/** The share of an outline that must be an edge for a picture to be plain. */
const CLEAR = 0.97;

/** Hardly a character covers this share of its picture with ink; noise covers more, whichever way it is seen. */
const MUCH = 0.4;

const polarities: readonly Polarity[] = ['dark', 'bright'];

/** Finds the ink of a picture. */
export function findInk(picture: RgbaImage): Found {
  const surface = surfaceOf(picture);
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const longer = Math.max(picture.width, picture.height);
  let found = lookAt(picture, surface, whole, Math.min(2 * SIDE, Math.max(SIDE, longer / 5)), polarities);
  if (found.best !== undefined && found.best.covered >= MUCH && isWhiteNoise(found.plane)) {
    return { ...found, best: undefined };
  }
  while (found.factor > 1 && found.best !== undefined) {
    const pieces = singleOf(found);
    if (pieces.length === 0) break;
    const box = boxAround(pieces.map((piece) => piece.box));
    if (Math.max(box.width, box.height) >= SMALL) break;
    const nearer = lookAt(picture, surface, around(box, found, picture), SIDE, [found.best.polarity]);
    if (nearer.factor === found.factor || nearer.best === undefined) break;
    found = nearer;
  }
  return found;
}

/** The surroundings of a box, three times as wide and high, in pixels of the picture. */
function around(box: Box, { region, factor }: Found, picture: RgbaImage): Box {
  const room = factor * Math.max(box.width, box.height);
  const x = Math.max(0, region.x + box.x * factor - room);
  const y = Math.max(0, region.y + box.y * factor - room);
  const right = Math.min(picture.width, region.x + (box.x + box.width) * factor + room);
  const bottom = Math.min(picture.height, region.y + (box.y + box.height) * factor + room);
  return { x, y, width: right - x, height: bottom - y };
}

function lookAt(
  picture: RgbaImage,
  surface: Surface,
  region: Box,
  side: number,
  polarities: readonly Polarity[],
): Found {
  const factor = Math.max(1, Math.round(Math.max(region.width, region.height) / side));
  const small = shrink(picture, surface, region, factor);
  const axis = axisOf(small);
  const plane = along(small, axis);
  const drawn = isDrawn(plane);
  const candidates: Candidate[] = [];
  let best: Candidate | undefined;
  for (const share of REACHES) {
    const reach = Math.max(2, Math.round(share * Math.max(plane.width, plane.height)));
    for (const polarity of polarities) {
      const candidate = candidateOf(plane, polarity, reach, drawn);
      if (candidate === undefined) continue;
      candidates.push(candidate);
      if (best === undefined || candidate.score > MORE * best.score) best = candidate;
      if (candidates.length === 1 && isClear(candidate, candidates) && explains(candidate, plane)) {
        return { surface, axis, region, factor, plane, best, candidates };
      }
    }
    if (best !== undefined && isClear(best, candidates)) break;
  }
  return { surface, axis, region, factor, plane, best, candidates };
}

/** The share of all steps of brightness that outlines of ink must explain, so that the other polarity need not be tried. */
const ALL = 0.8;

const explains = ({ pieces }: Candidate, plane: Plane): boolean =>
  pieces.reduce((sum, { edge }) => sum + edge, 0) >= ALL * variationOf(plane);

/** Whether a picture is plain enough to need no other look: one kind of ink, whose outline is all edge, and nothing else. */
const isClear = (best: Candidate, candidates: readonly Candidate[]): boolean =>
  best.pieces.every(({ kind, support }) => kind === 'writing' && support > CLEAR) &&
  candidates.every((other) => other === best || other.score < 0.5 * best.score);
