// docs/ops.md is made from the op list. `UPDATE_DOCS=1 node scripts/test.mjs docs/ops` writes it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ListedOp } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import { specialValues } from '../engine/specialValues.ts';
import { refusalsOf } from '../support/refusals.ts';

const FILE = 'docs/ops.md';
const COMMAND = 'UPDATE_DOCS=1 node scripts/test.mjs docs/ops';

/** The devices that have a kernel for an op, its gradient or why it has none, its samples, and what is stated of NaN. */
function rowOf(op: ListedOp): string {
  const kernels = op.isView
    ? Array(3).fill('shares memory')
    : [op.cpu ? 'yes' : 'its definition', op.wasm ? 'yes' : 'as cpu', 'yes'];
  const gradient = typeof op.grad === 'function' ? 'yes' : `none: ${op.grad.none}`;
  const stated = op.name in specialValues ? 'stated' : 'not stated';
  return `| ${[`\`${op.name}\``, ...kernels, gradient, op.samples.length, stated].join(' | ')} |`;
}

const list = Object.values<ListedOp>(ops);

/** One says what another says where it takes over its shape rule. */
const messages = new Set(list.flatMap((op) => refusalsOf(op).messages));

const page = `# The ops

Made from \`engine/ops/index.ts\`; after \`npm run build\` this writes it anew: \`${COMMAND}\`.

| op | cpu | wasm | webgpu | gradient | samples | special values |
|---|---|---|---|---|---|---|
${list.map(rowOf).join('\n')}

What becomes of NaN, infinities, −0 and denormals is stated in \`test/engine/specialValues.ts\`.

## What they refuse

What an op says of inputs that do not fit, word for word: one line for each thing that it says, with the numbers of the
first sample from which one step leads there.

\`\`\`text
${[...messages].join('\n')}
\`\`\`
`;

test(`${FILE} is the page that the op list makes`, () => {
  if (process.env.UPDATE_DOCS === '1') writeFileSync(FILE, page);
  assert.is(readFileSync(FILE, 'utf8'), page, `run ${COMMAND}`);
});

test.run();
