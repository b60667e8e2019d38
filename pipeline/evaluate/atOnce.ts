import type { ModelSpec } from '../model/model.ts';
import { place } from '../model/model.ts';

/** Images that go through a network at a time at the most: enough to fill a device. */
export const AT_ONCE = 128;

/** Numbers that its layers may make of them together: 256 MB. */
const MOST_VALUES = 64e6;

/** Images that go through a model at a time, so that they take little memory: fewer than 128 only where each is large. */
export function imagesAtOnce(model: ModelSpec, classes: number): number {
  const values = place(model, classes).reduce((sum, layer) => sum + layer.values, 0);
  return Math.min(AT_ONCE, Math.max(1, Math.floor(MOST_VALUES / values)));
}
