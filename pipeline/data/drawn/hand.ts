import type { Random } from '../../../engine/random.ts';
import { type Figure, type Path, spline } from '../../draw/strokes.ts';
import type { Form, Stroke } from './forms.ts';

/** How far two writings of one form differ. */
const VARIATION = {
  /** standard deviation by which points are missed, a share of the height: of steady hands and of others */
  unrest: [0.01, 0.05],
  /** width over height on average, and the standard deviation of its logarithm */
  aspect: 0.65,
  spread: 0.3,
  /** sideways for each unit of height, to the left and to the right */
  slant: [-0.25, 0.35],
  /** the strongest turn, in radians, either way */
  turn: 0.15,
} as const;

/** A form as some hand writes it, another each time. */
export const byHand =
  (form: Form): Figure =>
  (random) => {
    const { unrest, aspect, spread, slant, turn } = VARIATION;
    const missed = missedPoints(form, random.uniform(...unrest), random);
    const width = aspect * Math.exp(spread * random.normal());
    const [shear, angle] = [random.uniform(...slant), random.uniform(-turn, turn)];
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const place = (x: number, y: number): [number, number] => {
      const slanted = width * x - shear * y;
      return [cos * slanted - sin * y, sin * slanted + cos * y];
    };
    return missed.map((stroke) => placedAt(spline(stroke), place));
  };

/** The strokes in a square of 1 with each point moved a little; strokes that meet in a point still do. */
function missedPoints(form: Form, unrest: number, random: Random): Stroke[] {
  const moved = new Map<string, readonly [number, number]>();
  const move = ([x, y]: readonly [number, number]): readonly [number, number] => {
    const key = `${x} ${y}`;
    const known = moved.get(key);
    if (known !== undefined) return known;
    const one = [x / 100 + unrest * random.normal(), y / 100 + unrest * random.normal()] as const;
    moved.set(key, one);
    return one;
  };
  return form.map((stroke) => stroke.map(move));
}

const placedAt = (path: Path, place: (x: number, y: number) => [number, number]): Path =>
  Array.from({ length: path.length / 2 }, (_, i) => place(path[2 * i], path[2 * i + 1])).flat();
