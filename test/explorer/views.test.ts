// Every view of the explorer, light and dark, narrow and wide: axe-core finds nothing, nothing is wider than the window, and
// the console stays empty. And the whole tour: each screen opens what it names.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'puppeteer-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Chapter } from '../../explorer/tour/chapter.ts';
import { ExplorerSite, said, shown } from '../support/explorerPage.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const site = await ExplorerSite.start();

/** The chapters of the tour, as docs/book has them. */
const names = readdirSync('docs/book')
  .filter((name) => /^\d\d-.*\.md$/.test(name))
  .map((name) => name.replace('.md', ''))
  .sort();

/** What axe-core finds against WCAG 2.2 AA and its own best practices. */
async function violations(page: Page): Promise<string[]> {
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

const click = (page: Page, selector: string): Promise<void> =>
  page.$eval(selector, (element) => (element as HTMLElement).click());

for (const [width, scheme] of [
  [1440, 'light'],
  [360, 'dark'],
] as const) {
  test(`each view at ${width} pixels, ${scheme}`, async () => {
    const { page, errors } = await site.open('', width, 900);
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await shown(page, '.bars li');
    await page.evaluate(axeSource);
    await click(page, '.digit:nth-of-type(4)');
    await page.waitForFunction(() => /^It reads/.test(document.querySelector('.said')!.textContent!));
    const views = await page.$$eval('nav a', (all) =>
      all.map((link) => new URL(link.href).hash.slice(1).split('?')[0]),
    );
    assert.ok(views.length >= 5);
    for (const name of views) {
      await click(page, `nav a[href^="#${name}"]`);
      await shown(page, `nav a[aria-current][href^="#${name}"]`);
      await page.waitForFunction(() => document.querySelector('.view')!.textContent!.length > 40);
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 400)));
      assert.equal(await violations(page), [], name);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wider <= 0, `${name} is ${wider} pixels wider than the window`);
    }
    assert.equal(errors, []);
    await page.close();
  });
}

test('on a phone a view that is chosen is in sight, and so is what the tour frames', async () => {
  const { page, errors } = await site.open('', 360, 740);
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await shown(page, '.bars li');
  const isInSight = (selector: string) =>
    page.waitForFunction(
      (selector) => {
        const { left, top } = document.querySelector(selector)?.getBoundingClientRect() ?? {
          left: 0,
          top: -1,
        };
        const there = document.elementFromPoint(left + 20, top + 8);
        return there !== null && there.closest(selector) !== null;
      },
      { timeout: 10_000 },
      selector,
    );
  await page.click('nav a[href^="#train"]');
  await isInSight('.train-play');
  await page.evaluate(() =>
    [...document.querySelectorAll('button')].find((button) => button.textContent === 'Guided tour')!.click(),
  );
  await shown(page, '.tour h2');
  // Parts in the inspector, in a story that is long, and in settings that are folded away.
  for (const [chapter, screen, part] of [
    ['04-convolution', 1, 'kernel'],
    ['08-backward', 5, 'check'],
    ['09-the-optimisers-step', 3, 'rate'],
  ] as const) {
    await page.select('.tour header select', String(names.indexOf(chapter)));
    for (let i = 1; i < screen; i++) await click(page, '.tour footer button:last-of-type');
    await shown(page, `.framed[data-part="${part}"]`);
    await isInSight(`.framed[data-part="${part}"]`);
  }
  assert.equal(errors, []);
  await page.close();
});

test('the whole tour: each screen opens what it names', async () => {
  const { page, errors } = await site.open('', 1440, 900);
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await shown(page, '.bars li');
  await page.evaluate(axeSource);
  await page.evaluate(() =>
    [...document.querySelectorAll('button')].find((button) => button.textContent === 'Guided tour')!.click(),
  );
  await shown(page, '.tour h2');
  assert.equal(await violations(page), [], 'the tour');
  const chapters = (await (await fetch(`${site.url}chapters.json`)).json()) as Chapter[];
  assert.equal(
    chapters.map(({ name }) => name),
    names,
  );
  for (const chapter of chapters) {
    const screens = [...chapter.screens, chapter.try, { ...chapter.question, title: 'Question' }];
    for (const [i, { title, action }] of screens.entries()) {
      const where = `${chapter.name}, screen ${i + 1}`;
      assert.is(await page.$eval('.tour h2', (heading) => heading.textContent), title, where);
      if (action.highlight !== undefined) {
        await page
          .waitForSelector(`.framed[data-part="${action.highlight}"]`, { timeout: 20_000 })
          .catch(() => assert.unreachable(`${where}: no part ${action.highlight} is framed`));
      }
      if (action.view !== undefined && action.view !== 'draw')
        await shown(page, `nav a[aria-current][href^="#${action.view}"]`);
      const faults = await page.$$eval('.fault', (all) =>
        all.map((fault) => fault.textContent).filter(Boolean),
      );
      assert.equal(faults, [], where);
      if (chapter !== chapters.at(-1) || i < screens.length - 1)
        await click(page, '.tour footer button:last-of-type');
    }
  }
  await said(page, (await page.$eval('.said', (element) => element.textContent))!);
  assert.equal(errors, []);
});

test.after(() => site.close());
test.run();
