import { grey } from '../canvas.ts';
import type { Cell, Page } from '../cell.ts';

const stroke = (name: string, share: number, side = 280): Cell => ({
  name,
  group: 'stroke',
  page: { stroke: share, side },
});

/** The share of a character in its picture, and sides of the picture where it still has pixels enough. */
const shares = [
  [0.02, 1500],
  [0.05, 800],
  [0.1, 400],
  [0.2, 280],
  [0.35, 280],
  [0.7, 280],
  [0.85, 280],
  [1, 280],
] as const;

const size = (name: string, page: Partial<Page>): Cell => ({ name, group: 'size', page });
const shape = (name: string, page: Partial<Page>): Cell => ({ name, group: 'shape', page });

/** As MNIST has its digits in 28 pixels. */
const AS_MNIST = 20 / 28;

export const sizeCells: readonly Cell[] = [
  stroke('hairline', 1 / 150, 300),
  stroke('fine pen', 0.02),
  stroke('ballpoint', 0.04),
  stroke('felt pen', 0.08),
  stroke('marker', 0.15),
  stroke('brush', 0.25),
  ...shares.map(
    ([share, side]): Cell => ({
      name: `${Math.round(100 * share)} % of the side`,
      group: 'share',
      page: { share, side, where: 'anywhere' },
    }),
  ),
  size('27 px', { side: 27, share: AS_MNIST }),
  size('28 px', { side: 28, share: AS_MNIST }),
  size('28 px, white on black', { side: 28, share: AS_MNIST, ink: grey(255), paper: grey(0) }),
  size('32 px', { side: 32, share: AS_MNIST }),
  size('48 px', { side: 48 }),
  size('64 px', { side: 64 }),
  size('128 px', { side: 128 }),
  size('1 megapixel', { side: 1000 }),
  size('4 megapixels', { side: 2000 }),
  size('12 megapixels', { side: 4000, aspect: 4 / 3 }),
  size('48 megapixels', { side: 8000, aspect: 4 / 3 }),
  shape('4:3', { side: 320, aspect: 4 / 3 }),
  shape('9:16', { side: 480, aspect: 9 / 16 }),
  shape('3:1', { side: 480, aspect: 3 }),
];
