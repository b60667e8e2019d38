import type { Candidate, SeenPiece } from './candidate.ts';

/** How near to the main piece others are parts of the same character, as a share of its longer side. */
const NEAR = { writing: 0.6, strip: 0.25, corner: 0.1, crossing: 0, band: 0, tile: 0, frame: 0, shade: 0 };

/** What comes in from outside is part of a character only where so much of its outline is an edge; a shadow's end has less. */
const SURE = 0.8;

/** Strokes with less contrast than this are never as wide as a band or a tile: that is the end of a gradient. */
const FAINT = 0.1;

/** In a picture of few pixels a stroke breaks over so many. */
const CLOSE = 3;

/** What has less than this share of the ink of the main piece is a speck. */
const SPECK = 0.02;

/**
 * The pieces of the one character of a picture; none where there is no ink.
 *
 * @param best how the picture is seen, absent where nothing stands out
 */
export function singleOf({ best }: { readonly best: Candidate | undefined }): SeenPiece[] {
  if (best === undefined) return [];
  const weight = ({ edge, support }: SeenPiece) => edge * support;
  const most = (pieces: readonly SeenPiece[]): SeenPiece | undefined =>
    pieces.reduce<SeenPiece | undefined>(
      (a, b) => (a === undefined || weight(b) > weight(a) ? b : a),
      undefined,
    );
  const of = (...kinds: SeenPiece['kind'][]) => best.pieces.filter(({ kind }) => kinds.includes(kind));
  const inner = most(of('writing'));
  const outer = most(of('strip', 'corner'));
  const isInner = inner !== undefined && (outer === undefined || weight(inner) > 0.2 * weight(outer));
  const wide =
    best.level.ink < FAINT ? undefined : (most(of('crossing', 'band')) ?? most(of('tile', 'frame')));
  const main = (isInner ? inner : outer) ?? wide;
  if (main === undefined || !standsOut(main, best.pieces)) return [];
  const size = Math.max(main.box.width, main.box.height);
  return best.pieces.filter((piece) => {
    if (piece === main) return true;
    if (piece.pixels.length < SPECK * main.pixels.length) return false;
    if (piece.kind !== 'writing' && piece.support < SURE) return false;
    const near = NEAR[piece.kind] === 0 ? 0 : Math.max(CLOSE, NEAR[piece.kind] * size);
    return near > 0 && distance(piece, main, best.ground.width) < near;
  });
}

/** Among more pieces than this a character must be more than one of many. */
const MANY = 20;

/** Grain and texture make many pieces of one size; a character among them has an outline so many times as long. */
const OUTSTANDING = 8;

function standsOut(main: SeenPiece, pieces: readonly SeenPiece[]): boolean {
  if (pieces.length <= MANY) return true;
  const edges = pieces.map(({ edge }) => edge).sort((a, b) => a - b);
  return main.edge >= OUTSTANDING * edges[edges.length >> 1];
}

/** Pixels of a piece that stand for all. */
const SAMPLES = 250;

/** How far two pieces are apart at their nearest, by a sample of their pixels. */
function distance(a: SeenPiece, b: SeenPiece, width: number): number {
  const others = sampled(b, width);
  let nearest = Number.POSITIVE_INFINITY;
  for (const [x, y] of sampled(a, width)) {
    for (const [u, v] of others) nearest = Math.min(nearest, (x - u) ** 2 + (y - v) ** 2);
  }
  return Math.sqrt(nearest);
}

function sampled({ pixels }: SeenPiece, width: number): [number, number][] {
  const step = Math.max(1, Math.floor(pixels.length / SAMPLES));
  const points: [number, number][] = [];
  for (let i = 0; i < pixels.length; i += step) {
    const y = Math.floor(pixels[i] / width);
    points.push([pixels[i] - y * width, y]);
  }
  return points;
}
