import { augmentBatch } from '../data/augmentBatch.ts';
import { gatherBatch } from '../data/gatherBatch.ts';
import { recordRows } from '../data/recordRows.ts';
import type { ListedOp } from '../op.ts';
import { binary } from './binary.ts';
import * as pages from './pages.ts';
import { unary } from './unary.ts';

/** Every op there is. Tests, `inkgrad gradcheck` and docs/ops.md walk this list. */
export const ops = {
  ...unary,
  ...binary,
  ...pages,
  gatherBatch,
  augmentBatch,
  recordRows,
} satisfies Record<string, ListedOp>;
