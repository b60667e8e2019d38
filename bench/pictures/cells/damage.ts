import type { Random } from '../../../engine/random.ts';
import { blur } from '../blur.ts';
import type { Painter } from '../canvas.ts';
import type { Cell, Page } from '../cell.ts';
import { jpeg } from '../jpeg.ts';
import { gradient } from '../light.ts';
import { dust, noise, rough, saltAndPepper } from '../noise.ts';

const over = (group: string, name: string, ...painters: readonly Painter[]): Cell => ({
  ...{ name, group },
  over: painters,
});

/** An angle to either side. */
const either = (random: Random, from: number, to: number): number =>
  (random.integer(2) === 0 ? 1 : -1) * random.uniform(from, to);

const written = (name: string, page: (random: Random) => Partial<Page>): Cell => ({
  ...{ name, page },
  group: 'hand',
});

export const damageCells: readonly Cell[] = [
  ...[10, 20, 35, 50, 75, 95].map((quality) => over('JPEG', `JPEG ${quality}`, jpeg(quality))),
  ...[8, 16, 32, 64].map((sigma) => over('noise', `noise ${sigma}`, noise(sigma))),
  over('noise', 'salt and pepper 1 %', saltAndPepper(0.01)),
  over('noise', 'salt and pepper 5 %', saltAndPepper(0.05)),
  over('noise', 'little dust', dust(4, 12)),
  over('noise', 'much dust', dust(30, 60)),
  over('blur', 'blur 1.5 %', blur(0.015)),
  over('blur', 'blur 3 %', blur(0.03)),
  over('blur', 'blur 6 %', blur(0.06)),
  written('slant to 10°', (random) => ({ slant: either(random, 3, 10) })),
  written('slant to 20°', (random) => ({ slant: either(random, 10, 20) })),
  written('turn to 5°', (random) => ({ turn: either(random, 1, 5) })),
  written('turn to 10°', (random) => ({ turn: either(random, 5, 10) })),
  over('photograph', 'photograph', rough(3), blur(0.012), gradient([0.4, 0.8]), noise(4), jpeg(80)),
];
