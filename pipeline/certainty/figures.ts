import type { Random } from '../../engine/random.ts';
import { type Figure, type Path, spline } from '../draw/strokes.ts';

const between = (random: Random, low: number, high: number): number => low + random.integer(high - low + 1);

const path = (points: number, at: (t: number) => readonly [number, number]): Path =>
  Array.from({ length: points }, (_, i) => at(points === 1 ? 0 : i / (points - 1))).flat();

const ellipse = (x: number, y: number, rx: number, ry: number, from = 0, turn = 2 * Math.PI): Path =>
  path(20, (t) => [x + rx * Math.cos(from + turn * t), y + ry * Math.sin(from + turn * t)]);

const somewhere = (random: Random): [number, number] => [random.uniform(-1, 1), random.uniform(-1, 1)];

const several = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/**
 * Doodles and signs that are rarely a character of any script. Simple ones, such as one loop, one upright line or a
 * cross, are left out: a class may look like them.
 */
export const figures: Readonly<Record<string, Figure>> = {
  /** a pen that wanders without lifting */
  scribble: (random) => {
    const steps = between(random, 30, 90);
    const wildness = random.uniform(0.15, 0.6);
    let [x, y, heading, bend] = [0, 0, random.uniform(0, 6.28), 0];
    return [
      several(steps, () => {
        bend = 0.8 * bend + wildness * random.normal();
        heading += bend;
        // It turns back where it strays.
        if (x * x + y * y > 9) heading = Math.atan2(-y, -x) + 0.5 * random.normal();
        x += 0.35 * Math.cos(heading);
        y += 0.35 * Math.sin(heading);
        return [x, y];
      }).flat(),
    ];
  },
  curves: (random) => {
    const count = between(random, 1, 3);
    return several(count, () =>
      spline(several(between(random, count === 1 ? 6 : 3, count === 1 ? 9 : 6), () => somewhere(random))),
    );
  },
  sticks: (random) => several(between(random, 4, 8), () => [...somewhere(random), ...somewhere(random)]),
  corners: (random) => [several(between(random, 5, 9), () => somewhere(random)).flat()],
  spiral: (random) => {
    const [turns, inner, way, start] = [
      random.uniform(1.6, 4),
      random.uniform(0, 0.3),
      random.integer(2) * 2 - 1,
      random.uniform(0, 6.28),
    ];
    const squeeze = random.uniform(0.6, 1);
    return [
      path(Math.ceil(20 * turns), (t) => {
        const [r, a] = [inner + (1 - inner) * t, start + way * turns * 2 * Math.PI * t];
        return [squeeze * r * Math.cos(a), r * Math.sin(a)];
      }),
    ];
  },
  zigzag: (random) => {
    const turns = between(random, 4, 9);
    const [height, lean] = [random.uniform(0.2, 1.2), random.uniform(-0.3, 0.3)];
    return [
      turned(
        path(turns + 1, (t) => [2 * t, (Math.round(t * turns) % 2) * height + lean * random.normal()]),
        random.uniform(0, 3.14),
      ),
    ];
  },
  wave: (random) => {
    const [periods, height] = [random.uniform(1.5, 4), random.uniform(0.1, 0.6)];
    return [
      turned(
        path(40, (t) => [2 * t, height * Math.sin(2 * Math.PI * periods * t)]),
        random.uniform(-0.4, 0.4),
      ),
    ];
  },
  hatching: (random) => {
    const [count, angle, tilt] = [
      between(random, 3, 7),
      random.uniform(0, 3.14),
      random.uniform(-0.15, 0.15),
    ];
    const lines = several(count, (i) => {
      const x = -1 + (2 * i) / (count - 1);
      return turned(
        [x, -1 + tilt * random.normal(), x + tilt * random.normal(), 1 + tilt * random.normal()],
        angle,
      );
    });
    if (random.integer(2) === 0) return lines;
    return [...lines, ...lines.map((line) => turned(line, random.uniform(1.2, 1.9)))];
  },
  frame: (random) => {
    const [w, h] = [random.uniform(0.5, 1), random.uniform(0.5, 1)];
    const box = [-w, -h, w, -h, w, h, -w, h, -w, -h];
    const within: Path[] = [
      [],
      [-w, -h, w, h],
      [-w, 0, w, 0],
      [0, -h, 0, h],
      ellipse(0, 0, 0.4 * w, 0.4 * h),
    ];
    const inner = within[random.integer(within.length)];
    return (inner.length === 0 ? [box] : [box, inner]).map((line) => turned(line, random.uniform(-0.1, 0.1)));
  },
  polygon: (random) => {
    const corners = between(random, 3, 7);
    const start = random.uniform(0, 6.28);
    const step = corners > 4 && random.integer(2) === 0 ? 2 : 1;
    const rough = random.uniform(0, 0.25);
    const points = several(corners, () => 1 - rough * random.uniform());
    return [
      several(corners + 1, (i) => {
        const corner = (i * step) % corners;
        const a = start + (2 * Math.PI * corner) / corners;
        return [points[corner] * Math.cos(a), points[corner] * Math.sin(a)];
      }).flat(),
    ];
  },
  rays: (random) => {
    const [count, inner, start] = [
      between(random, 5, 10),
      random.integer(2) * random.uniform(0.2, 0.6),
      random.uniform(0, 6.28),
    ];
    const rays = several(count, (i) => {
      const a = start + (2 * Math.PI * i) / count;
      return [inner * Math.cos(a), inner * Math.sin(a), Math.cos(a), Math.sin(a)];
    });
    return inner > 0 && random.integer(2) === 0 ? [...rays, ellipse(0, 0, 0.8 * inner, 0.8 * inner)] : rays;
  },
  /** rings beside and across each other; not two that stand on each other, which are an 8 */
  rings: (random) => {
    const count = between(random, 2, 5);
    return several(count, (i) => {
      const r = random.uniform(0.3, 0.8);
      return ellipse(
        1.1 * i,
        count === 2 ? 0.2 * random.normal() : random.uniform(-1, 1),
        r,
        r * random.uniform(0.7, 1.3),
      );
    });
  },
  /** a ring with something in it: faces, wheels, targets */
  face: (random) => [
    ellipse(0, 0, 1, random.uniform(0.8, 1.2)),
    ...several(between(random, 1, 4), (): Path => {
      const [x, y] = [random.uniform(-0.5, 0.5), random.uniform(-0.5, 0.5)];
      const r = random.uniform(0.05, 0.45);
      return random.integer(2) === 0
        ? ellipse(x, y, r, r, random.uniform(0, 6.28), random.uniform(2, 6.28))
        : [x - r, y + 0.2 * r * random.normal(), x + r, y];
    }),
  ],
  /** closed curves with bays and bulges: clouds, leaves, hearts */
  outline: (random) => {
    const [lobes, depth, start, tall] = [
      between(random, 3, 9),
      random.uniform(0.12, 0.5),
      random.uniform(0, 6.28),
      random.uniform(0.5, 1.2),
    ];
    const [pointed, second] = [random.integer(2), random.uniform(0, 0.3)];
    return [
      path(60, (t) => {
        const a = 2 * Math.PI * t;
        const bay =
          pointed === 1 ? 1 - 2 * Math.abs(Math.sin((lobes * a + start) / 2)) : Math.cos(lobes * a + start);
        const r = 1 + depth * bay + second * Math.cos(2 * a + 2 * start);
        return [r * Math.cos(a), tall * r * Math.sin(a)];
      }),
    ];
  },
  /** lines that lie, alone or one above the other */
  dashes: (random) =>
    several(between(random, 1, 3), (i) => [
      -1,
      0.5 * i + 0.15 * random.normal(),
      1,
      0.5 * i + 0.15 * random.normal(),
    ]),
  dots: (random) =>
    several(between(random, 2, 9), () => {
      const [x, y] = somewhere(random);
      return [x, y, x + 0.05, y];
    }),
};

/**
 * A sign of no script: strokes that meet, straight, bent and looped, each from somewhere on one before it. Lake,
 * Salakhutdinov and Tenenbaum, "Human-level concept learning through probabilistic program induction" (Science, 2015),
 * make new characters so.
 */
export const sign: Figure = (random) => {
  const strokes: Path[] = [];
  const count = between(random, 1, 4);
  const grid = (): number => random.integer(5) / 2 - 1 + 0.12 * random.normal();
  const startOf = (): [number, number] => {
    if (strokes.length === 0 || random.integer(4) === 0) return [grid(), grid()];
    const line = strokes[random.integer(strokes.length)];
    const at =
      random.integer(3) === 0 ? random.integer(line.length / 2) : random.integer(2) * (line.length / 2 - 1);
    return [line[2 * at], line[2 * at + 1]];
  };
  for (let i = 0; i < count; i++) {
    const [x, y] = startOf();
    const kind = random.integer(count === 1 ? 2 : 5);
    if (kind === 0)
      strokes.push(
        spline([
          [x, y],
          ...several(between(random, count === 1 ? 3 : 2, 5), (): [number, number] => [grid(), grid()]),
        ]),
      );
    else if (kind === 1)
      strokes.push(
        [[x, y], ...several(between(random, count === 1 ? 3 : 1, 4), () => [grid(), grid()])].flat(),
      );
    else if (kind === 2) {
      const [r, from] = [random.uniform(0.3, 0.9), random.uniform(0, 6.28)];
      const turn = random.uniform(2, 6.6) * (random.integer(2) * 2 - 1);
      strokes.push(
        ellipse(x - r * Math.cos(from), y - r * Math.sin(from), r, r * random.uniform(0.7, 1.3), from, turn),
      );
    } else {
      // Upright or lying: what scripts have most of.
      const length = random.uniform(0.5, 2) * (random.integer(2) * 2 - 1);
      const [dx, dy] =
        random.integer(2) === 0 ? [length, 0.15 * random.normal()] : [0.15 * random.normal(), length];
      strokes.push([x, y, x + dx, y + dy]);
    }
  }
  return strokes;
};

function turned(line: Path, angle: number): Path {
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  return line.map((_, i) =>
    i % 2 === 0 ? cos * line[i] - sin * line[i + 1] : sin * line[i - 1] + cos * line[i],
  );
}
