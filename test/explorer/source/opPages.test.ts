// The pages that the explorer shows of ops are taken from their sources: each has all of its parts, and they are there.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ListedOp } from '../../../engine/op.ts';
import { ops } from '../../../engine/ops/index.ts';
import type { Excerpt, KernelTexts, OpPage, OpPages } from '../../../explorer/source/opPage.ts';

/** Not of the network: they make its batches and note its losses. */
const surround = ['gatherBatch', 'augmentBatch', 'recordRows'];

const script = pathToFileURL(resolve('scripts/opPages.mjs')).href;
const { opPages } = (await import(script)) as {
  opPages(): Promise<{ pages: OpPages; texts: KernelTexts }>;
};
const { pages, texts } = await opPages();

const withoutSpace = (text: string) => text.replace(/\s+/g, '');

/** That the text stands in the file, from that line on. */
function assertTaken({ path, line, text }: Excerpt, what: string): void {
  const lines = readFileSync(path, 'utf8').split('\n');
  const there = lines.slice(line - 1, line - 1 + text.split('\n').length).join('\n');
  assert.ok(withoutSpace(there).includes(withoutSpace(text)), `${what}: ${path}:${line}`);
  assert.not.match(text, /^ /, `${what} begins at the margin`);
}

for (const op of Object.values<ListedOp>(ops).filter(({ name }) => !surround.includes(name))) {
  test(`${op.name} has all parts of its page`, () => {
    const page: OpPage = pages[op.name];
    assert.ok(page.head.length > 0, 'a head');
    assertTaken(page.definition, 'the definition');
    assert.match(page.definition.text, /^define/);
    for (const helper of page.helpers) assertTaken(helper, 'a helper');

    const marked = page.definition.text.split('\n')[page.marked];
    assert.match(marked, /data|define|sum|weighed/, 'the marked line');

    if (typeof op.grad === 'function') assertTaken(page.gradient as Excerpt, 'the gradient');
    else assert.equal(page.gradient, op.grad);

    // Loss scaling is told in words.
    if (op.name !== 'scaleStep') assert.ok(page.formulas.length > 0, 'a formula');
    for (const { plain, mathml } of [...page.formulas, ...page.gradients]) {
      assert.match(plain, / (=|←) \S/);
      assert.match(mathml ?? '', /^<math>.*<\/math>$/s, plain);
      assert.not.match(mathml ?? '', /merror|\\/, plain);
      for (const unmatched of ['(', '[']) {
        assert.is(plain.split(unmatched).length, plain.split(unmatched === '(' ? ')' : ']').length, plain);
      }
    }

    const count = op.samples[0].inputs.length;
    assert.ok(page.inputs.length === 0 || page.inputs.length >= count, `names for ${count} inputs`);
    assert.ok(page.outputs.length >= 1);
    if (!op.isView) assert.ok(page.wgsl.length > 0, 'shaders');
    if (op.wasm) assert.ok(page.wasm.length > 0, 'kernels of wasm/');
    for (const path of [...page.wgsl, ...page.wasm]) assert.is(texts[path], readFileSync(path, 'utf8'));
  });
}

test('what a definition calls stands beside it', () => {
  const called = (name: string) =>
    pages[name].helpers.map(({ text }) => /(?:function|const) (\w+)/.exec(text)?.[1]);
  assert.equal(called('conv2d'), ['forEachProduct']);
  assert.equal(called('softmax'), ['rowsOf', 'forEachRow']);
  assert.is(pages.relu.helpers[0].text, 'f: (x) => Math.max(x, 0)');
  assert.ok(called('gelu').includes('erf'));
  assert.equal(pages.add.expressions, { wgsl: 'a + b', wasm: 'f32x4.add(a, b)' });
  assert.is(pages.conv2d.expressions, null);
});

test('names, formulas and marks are those of the sources', () => {
  assert.equal(pages.conv2d.inputs, ['x', 'w', 'bias']);
  assert.equal(pages.adamStep.inputs, ['g', 'hyper', 'p', 'first', 'second']);
  assert.equal(
    pages.softmax.formulas.map(({ plain }) => plain),
    ['yᵢ = e^xᵢ / Σⱼ e^xⱼ'],
  );
  assert.match(pages.softmax.formulas[0].mathml!, /<mfrac>/);
  assert.equal(
    pages.conv2d.gradients.map(({ plain }) => plain.split(' = ')[0]),
    ['dL/dx', 'dL/dw', 'dL/dbias'],
  );
  const { definition, marked } = pages.conv2d;
  assert.is(definition.text.split('\n')[marked].trim(), 'y.data[toY] += x.data[toX] * w.data[toW];');
});

test.run();
