// What README.md, ARCHITECTURE.md, CONTRIBUTING.md, examples/README.md and docs/ link to is there: files, folders, and headings of pages.
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contents, listed, type Page, pageAt, pagesBelow, prose, readme } from '../support/pages.ts';

/** docs/reference is made by `npm run docs` and is no part of the sources. */
const written = pagesBelow('docs').filter(({ path }) => !path.startsWith('docs/reference/'));
const others = ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'examples/README.md'].filter(existsSync).map(pageAt);
const pages = [readme, ...others, ...written];

/** What a heading is called in a link, as GitHub makes it: lower case, a hyphen for a blank, no other punctuation. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');

/** The anchors of a page; headings of one name are numbered from the second on. */
function anchorsOf(page: Page): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of prose(page).matchAll(/^#{1,6} (.+)$/gm)) {
    const anchor = anchorOf(heading);
    let own = anchor;
    for (let again = 1; anchors.has(own); again++) own = `${anchor}-${again}`;
    anchors.add(own);
  }
  return anchors;
}

/** What a page links to or shows, without code, in which brackets mean other things. */
function targetsOf(page: Page): string[] {
  const text = prose(page).replace(/(`+)[^`][\s\S]*?\1(?!`)/g, (code) => code.replace(/[[\]()]/g, ''));
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
  const shown = [...text.matchAll(/\b(?:src|srcset|href)="([^"\s]+)"/g)].map(([, target]) => target);
  return [...links, ...shown].filter((target) => !/^(https?|mailto):/.test(target));
}

/** What is wrong with a link of a page; null where nothing is. */
function fault(page: Page, target: string): string | null {
  const [file, anchor] = target.split('#');
  const path = file === '' ? page.path : normalize(join(dirname(page.path), file));
  if (path.startsWith('..')) return `${target}: leads out of the project`;
  if (!existsSync(path)) return `${target}: no ${path}`;
  if (anchor === undefined) return null;
  if (!path.endsWith('.md')) return `${target}: a part of what is no page`;
  return anchorsOf(pageAt(path)).has(anchor) ? null : `${target}: no heading of ${path} is called so`;
}

for (const page of pages) {
  test(`${page.path}: its links lead somewhere`, () => {
    assert.equal(
      targetsOf(page)
        .map((target) => fault(page, target))
        .filter((said) => said !== null),
      [],
    );
  });
}

test('links are found, and what is wrong with one is', () => {
  const page: Page = {
    path: 'docs/x.md',
    text: '[a](speed.md) [`b[0]`](#no) ![](y.png)\n\n```\n[c](d.md)\n```\n',
  };
  assert.equal(targetsOf(page), ['speed.md', '#no', 'y.png']);
  assert.is(fault(page, 'speed.md#on-the-processor'), null);
  assert.is(fault(page, '../engine'), null);
  assert.match(fault(page, 'speed.md#elsewhere') ?? '', 'no heading of docs/speed.md');
  assert.match(fault(page, 'y.png') ?? '', 'no docs/y.png');
  assert.match(fault(page, '../../y.md') ?? '', 'out of the project');
  assert.is(anchorOf('`float32`, and [others](x.md): why?'), 'float32-and-others-why');
});

test('docs/README.md lists every page of docs/ once', () => {
  const there = written.map(({ path }) => path).filter((path) => /^docs\/[^/]+\.md$/.test(path));
  assert.equal([contents, ...listed].map(({ path }) => path).sort(), there.sort());
});

test('each page begins with its title, says what it is for, and leads to others', () => {
  for (const page of listed) {
    assert.match(page.text, /^# [^\n]+\n\n[A-Z`][^\n]/, page.path);
    // The page of the ops is made from their list.
    if (page.path === 'docs/ops.md') continue;
    const first = prose(page).split('\n## ')[0];
    assert.match(first, /\]\([^)]+\)/, `${page.path}: a link before the first part`);
  }
});

test.run();
