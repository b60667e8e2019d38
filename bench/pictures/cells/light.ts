import type { Cell } from '../cell.ts';
import * as light from '../light.ts';
import { noise } from '../noise.ts';

const shade = (name: string, ...over: NonNullable<Cell['over']>): Cell => ({ name, group: 'shade', over });
const edge = (name: string, ...over: NonNullable<Cell['over']>): Cell => ({
  name,
  group: 'edge of light',
  over,
});

export const lightCells: readonly Cell[] = [
  shade('gradient', light.gradient([0.25, 0.6])),
  shade('vignette', light.vignette),
  shade('corner shadow', light.cornerShadow),
  shade('shadow band', light.shadowBand),
  shade('dim corner', light.dimCorner),
  shade('low light', light.dim([0.12, 0.3]), noise(5)),
  edge('hard shadow through', light.hardShadow('through', [0.45, 0.7])),
  edge('deep shadow through', light.hardShadow('through', [0.2, 0.4])),
  edge('hard shadow beside', light.hardShadow('beside', [0.45, 0.7])),
  edge('deep shadow beside', light.hardShadow('beside', [0.2, 0.4])),
  edge('bright strip', light.brightStrip),
  edge('dark strip', light.darkStrip),
];
