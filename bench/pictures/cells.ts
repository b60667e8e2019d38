/** The kinds of pictures that are read, in the order of the report. */
import { InkgradError } from '../../engine/errors.ts';
import type { Cell } from './cell.ts';
import { colourCells } from './cells/colours.ts';
import { damageCells } from './cells/damage.ts';
import { frameCells } from './cells/frames.ts';
import { lightCells } from './cells/light.ts';
import { sizeCells } from './cells/sizes.ts';

/** What all others are compared with. */
export const plain: Cell = { name: 'plain', group: 'reference' };

export const allCells: readonly Cell[] = [
  plain,
  ...lightCells,
  ...frameCells,
  ...colourCells,
  ...sizeCells,
  ...damageCells,
];

/**
 * The cells whose name or group holds a text, in any case; `plain` is always among them.
 *
 * @throws InkgradError when there is none
 */
export function cellsWith(text: string): readonly Cell[] {
  const found = allCells.filter(({ name, group }) =>
    `${group} ${name}`.toLowerCase().includes(text.toLowerCase()),
  );
  if (found.length > 0) return found.includes(plain) ? found : [plain, ...found];
  const groups = [...new Set(allCells.map(({ group }) => group))];
  throw new InkgradError(
    `--only ${text}: no cell with that in its name; its groups are ${groups.join(', ')}`,
  );
}
