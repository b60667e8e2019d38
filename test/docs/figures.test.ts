// The figures of the book are what the engine draws, each belongs to a chapter, and they fit a strict page.
// `node scripts/figures.mjs` draws them anew.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { figures } from '../../docs/book/figures/index.ts';

const FOLDER = 'docs/images/book';
const COMMAND = 'draw them anew: node scripts/figures.mjs';
const names = Object.keys(figures).sort();
const book = readdirSync('docs/book')
  .filter((name) => name.endsWith('.md'))
  .map((name) => readFileSync(join('docs/book', name), 'utf8'))
  .join('\n');

test('each figure is a file, and the other way round', () => {
  const files = readdirSync(FOLDER).map((file) => file.replace('.svg', ''));
  assert.equal(files.sort(), names, COMMAND);
});

for (const name of names) {
  const file = join(FOLDER, `${name}.svg`);

  test(`${name} is what the engine draws, and a chapter shows it by its title`, async () => {
    const svg = await figures[name]();
    assert.is(readFileSync(file, 'utf8'), svg, COMMAND);
    const title = svg.match(/<title>(.+)<\/title>/)![1];
    assert.ok(book.includes(`![${title}](../images/book/${name}.svg)`), `no chapter shows "${title}"`);
    // The tour has it in a page of a strict content security policy, beside others.
    assert.not.match(svg, / style=| id=|NaN|undefined/);
    assert.not.match(svg, /(fill|stroke)="(?!none|var\(--)/, 'colours that are dark on a dark page');
  });
}

test.run();
