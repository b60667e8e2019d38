import type { RgbaImage } from '../image/image.ts';
import { along, type Axis, axisOf } from './axis.ts';
import { type Candidate, candidateOf } from './candidate.ts';
import type { Plane } from './extremes.ts';
import { shrink } from './shrink.ts';
import { type Surface, surfaceOf } from './surface.ts';

export interface Found {
  readonly surface: Surface;
  readonly axis: Axis;
  readonly factor: number;
  readonly plane: Plane;
  readonly candidates: readonly Candidate[];
  readonly best: Candidate | undefined;
}

/** Widths of strokes that are tried, as shares of the longer side. */
const REACHES = [0.02, 0.06, 0.17];

export function findInk(picture: RgbaImage, side = 512): Found {
  const surface = surfaceOf(picture);
  const factor = Math.max(1, Math.ceil(Math.max(picture.width, picture.height) / side));
  const small = shrink(picture, surface, factor);
  const axis = axisOf(small);
  const plane = along(small, axis);
  const candidates = REACHES.flatMap((share) =>
    (['dark', 'bright'] as const).flatMap((polarity) => {
      const reach = Math.max(2, Math.round(share * Math.max(plane.width, plane.height)));
      return candidateOf(plane, polarity, reach) ?? [];
    }),
  );
  const best = candidates.reduce<Candidate | undefined>(
    (a, b) => (a === undefined || b.score > 1.05 * a.score ? b : a),
    undefined,
  );
  return { surface, axis, factor, plane, candidates, best };
}
