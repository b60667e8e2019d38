import { augmentBatch } from '../data/augmentBatch.ts';
import { gatherBatch } from '../data/gatherBatch.ts';
import { recordRows } from '../data/recordRows.ts';
import * as F from '../functional.ts';
import type { ListedOp } from '../op.ts';
import { binary } from './binary.ts';
import * as pages from './pages.ts';
import { unary } from './unary.ts';

const functions = () => F;

/** An op for who applies it by itself: whatever its gradient takes is at hand. */
const withAll = <Listed extends Record<string, ListedOp>>(listed: Listed): Listed =>
  Object.fromEntries(Object.entries(listed).map(([name, op]) => [name, { ...op, functions }])) as Listed;

/** Every op there is. Tests, `inkgrad gradcheck` and docs/ops.md walk this list. */
export const ops = withAll({
  ...unary,
  ...binary,
  ...pages,
  gatherBatch,
  augmentBatch,
  recordRows,
});
