// The table of ops in ARCHITECTURE.md is made from the op list. `UPDATE_DOCS=1 npm test` writes it anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { overrides } from '../../engine/devices/wasm/overrides.ts';
import type { Op, Rule } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';

const FILE = 'ARCHITECTURE.md';
const START = '<!-- ops: made from engine/ops/index.ts -->';
const END = '<!-- /ops -->';

/** A row per op: the devices that have a kernel for it, its gradient or why it has none, and its samples. */
function opTable(): string {
  const rows = Object.values<Op | Rule>(ops).map((op) => {
    const has = (kernel: 'cpu' | 'gpu') => ('cpu' in op ? (kernel in op ? 'yes' : 'no') : 'shares memory');
    const wasm = op.name in overrides ? 'yes' : 'cpu' in op ? 'as cpu' : 'shares memory';
    const gradient = typeof op.grad === 'function' ? 'yes' : `none: ${op.grad.none}`;
    return `| \`${op.name}\` | ${has('cpu')} | ${wasm} | ${has('gpu')} | ${gradient} | ${op.samples.length} |`;
  });
  return ['| op | cpu | wasm | webgpu | gradient | samples |', '|---|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

test('the op table in ARCHITECTURE.md is the one that the op list makes', () => {
  const text = readFileSync(FILE, 'utf8');
  const [before, rest] = text.split(START);
  const after = rest?.split(END)[1];
  assert.ok(after !== undefined, `${FILE} has the marks ${START} and ${END}`);
  const expected = `${before}${START}\n${opTable()}\n${END}${after}`;
  if (process.env.UPDATE_DOCS === '1') writeFileSync(FILE, expected);
  else assert.is(text, expected, 'run UPDATE_DOCS=1 npm test');
});

test.run();
