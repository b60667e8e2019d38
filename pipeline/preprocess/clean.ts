import * as v from 'valibot';
import { within } from '../numbers.ts';
import { components } from './components.ts';
import type { StepKind } from './step.ts';

/** What is taken for dirt. */
export interface CleanParameters {
  /** ink with less than this share of the largest piece's area is a speck */
  readonly specks: number;
  /** ink that touches the border and lies wholly within this share of the shorter side of it is a line */
  readonly edge: number;
}

/**
 * Takes away bright ink that is no writing: the lines and shadows along the border that a crop of a form or a
 * page leaves, then specks. Both are whole pieces of connected ink, so a character loses none of its strokes.
 * An image of nothing else stays as it is.
 */
export const clean: StepKind<CleanParameters> = {
  expects: 'specks, a share of 0 to 0.5, and edge, a share of 0 to 0.5',
  parameters: v.object({ specks: within(0, 0.5), edge: within(0, 0.5) }),
  work: () => 100,
  apply: (image, { specks, edge }) => {
    const all = components(image);
    const band = edge * Math.min(image.width, image.height);
    const writing = all.filter(({ depth, touchesBorder }) => !(touchesBorder && depth < band));
    const largest = Math.max(0, ...writing.map(({ pixels }) => pixels.length));
    const kept = new Set(writing.filter(({ pixels }) => pixels.length >= specks * largest));
    if (kept.size === 0 || kept.size === all.length) return image;
    const data = image.data.slice();
    for (const component of all) {
      if (!kept.has(component)) for (const pixel of component.pixels) data[pixel] = 0;
    }
    return { ...image, data };
  },
};
