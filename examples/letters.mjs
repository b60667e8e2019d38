// Letters as an unsteady hand draws them: pictures for fine-tune.mjs where one has none of one's own.
import { Random } from 'inkgrad';

/** @typedef {[x: number, y: number]} Point */

/** The strokes of each letter, from point to point on a grid of 3×3: 0 is at the top left, 8 at the bottom right. */
const letters = {
  A: '6 1 8, 3 5',
  E: '2 0 6 8, 3 5',
  H: '0 6, 2 8, 3 5',
  T: '0 2, 1 7',
  W: '0 6 4 8 2',
  X: '0 8, 2 6',
};
const SIZE = 64;

/** How far a point is from a line. @param {Point} point @param {Point} from @param {Point} to */
function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  const on = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - on * dx, y - ay - on * dy);
}

/** @param {string} strokes @param {Random} random @returns a picture, dark ink on paper: { width, height, data } */
function draw(strokes, random) {
  const near = () => random.uniform(-7, 7);
  const lines = strokes.split(', ').flatMap((stroke) => {
    const points = stroke
      .split(' ')
      .map(
        (at) => /** @type {Point} */ ([12 + 20 * (+at % 3) + near(), 12 + 20 * Math.floor(+at / 3) + near()]),
      );
    return points.slice(1).map((to, i) => ({ from: points[i], to }));
  });
  const pen = random.uniform(1.5, 3);
  const data = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => {
    const nearest = Math.min(
      ...lines.map(({ from, to }) => distance([i % SIZE, Math.floor(i / SIZE)], from, to)),
    );
    return nearest < pen ? 40 : 240;
  });
  return { width: SIZE, height: SIZE, data };
}

/** @param {number} each how many of each letter @param {number} seed */
export function drawLetters(each, seed) {
  const random = new Random(seed);
  return Object.entries(letters).flatMap(([label, strokes]) =>
    Array.from({ length: each }, () => ({ label, image: draw(strokes, random) })),
  );
}
