// Backward in the browser: step by step by keyboard, the numbers of a gradient, its check, and another class that is right.
import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ExplorerSite, type Opened, shown } from '../../support/explorerPage.ts';

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
let site: ExplorerSite;
let opened: Opened;
let page: Page;

test.before(async () => {
  site = await ExplorerSite.start();
  opened = await site.open('#backward', 1440, 1000);
  page = opened.page;
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await shown(page, '.digit');
  // A 7, as the page writes it.
  await page.waitForFunction(() => document.querySelector('.bars li') !== null);
  await page.click('.digit:nth-of-type(8)');
  await shown(page, '.backward-step');
});

test.after(async () => {
  await site.close();
});

const texts = (selector: string): Promise<string[]> =>
  page.$$eval(selector, (all) => all.map((e) => e.textContent!.trim()));
const text = async (selector: string): Promise<string> => (await texts(selector))[0];

/** By the keyboard: what is under the pointer may have moved on when it arrives. */
async function press(selector: string): Promise<void> {
  await page.focus(selector);
  await page.keyboard.press('Enter');
}

/** Numbers as the page writes them. */
const read = (said: string): number => Number(said.replaceAll('−', '-').match(/-?\d+(\.\d+)?(e-?\d+)?/)![0]);
const close = (a: number, b: number, by: number, what: string): void =>
  assert.ok(Math.abs(a - b) <= by * Math.max(Math.abs(a), Math.abs(b)), `${what}: ${a}, expected ${b}`);

/** What axe-core finds wrong. */
async function violations(): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
  });
}

const title = '.backward-step[aria-current] .backward-title';

test('the keyboard goes from the loss to the update, step by step', async () => {
  const names = await texts('.backward-title b');
  assert.is(names[0], 'dL/d(logits)');
  assert.is(names.at(-1), 'new weights');
  for (const name of ['dL/d(7.weight)', 'dL/d(3.weight)', 'dL/d(3.bias)', 'dL/d(0.weight)', 'dL/d(picture)'])
    assert.ok(names.includes(name), name);
  await page.focus(title);
  for (const [i, name] of names.entries()) {
    await page.waitForFunction(
      (step) => document.querySelector('.walk b')!.textContent === step,
      {},
      `Step ${i + 1} of ${names.length}`,
    );
    assert.is(await text(`${title} b`), name);
    // The line of the op's gradient that asks for this step.
    const op = (await text(`${title} small`)).split('by ').at(-1)!;
    const marked = await text('.workings mark');
    const isOwn = !/^Gradient/.test(await text('.workings summary'));
    // Nothing runs forward where numbers get another shape, nor where they are updated.
    assert.is(isOwn, /flatten|update/.test(await text('.walk p')), names[i]);
    if (!isOwn) assert.match(marked, `F.${op}(`);
    await page.waitForFunction(
      (selector) => document.activeElement === document.querySelector(selector),
      {},
      title,
    );
    await page.keyboard.press('ArrowRight');
  }
  await page.keyboard.press('Home');
  await page.waitForFunction(() => /^Step 1 of/.test(document.querySelector('.walk b')!.textContent!));
});

test('another class is taken to be right, and the loss and its gradient follow', async () => {
  const loss = async () => read((await text('.backward-loss button')).slice(4));
  const before = await loss();
  assert.is(await text('.backward-classes [aria-pressed=true]'), '7');
  await page.click('.backward-classes button:nth-of-type(4)');
  await page.waitForFunction(
    () => document.querySelector('.backward-classes [aria-pressed=true]')!.textContent === '3',
  );
  assert.ok((await loss()) > before + 1, `${await loss()}, from ${before}`);
  // The share of a class that is not there, less the one that should be.
  await press('.backward-most button');
  await shown(page, '.inspector .one');
  assert.match(await text('.one'), 'class 3');
  const [byHand, engine] = (await texts('.inspector .check dd')).map(read);
  close(byHand, engine, 1e-5, 'dL/d(logits)');
  assert.ok(engine < -0.5, `${engine}`);
});

test('a gradient of a weight is the sum of its products, and leads to its update', async () => {
  const names = await texts('.backward-title b');
  await (await page.$$('.backward-title'))[names.indexOf('dL/d(3.weight)')].focus();
  await page.keyboard.press('Enter');
  await shown(page, '.backward-step[aria-label$="dL/d(3.weight)"][aria-current]');
  const grid = (await page.waitForSelector('.backward-step[aria-current] .tiles-grid'))!;
  await grid.evaluate((e) => e.parentElement!.scrollIntoView({ block: 'center' }));
  const { x, y } = (await grid.boundingBox())!;
  await page.mouse.click(x + 40, y + 24);
  await page.waitForFunction(() => /3\.weight/.test(document.querySelector('.one')?.textContent ?? ''));
  const numbers = async () => (await texts('.inspector .check dd')).map(read);
  const [one, other] = await numbers();
  assert.ok(Math.abs(one - other) < 1e-5 * Math.max(1, Math.abs(other)), `${one}, expected ${other}`);
  // The one that rounding says least of.
  const largest = read((await text('.backward-step[aria-current] .backward-most button')).split(':')[1]);
  await press('.backward-step[aria-current] .backward-most button');
  await page.waitForFunction(
    (said) => document.querySelector('.inspector [data-number=engine]')!.textContent === said,
    {},
    await text('.backward-step[aria-current] .backward-most button').then((said) => said.split(': ')[1]),
  );
  const [byHand, engine] = await numbers();
  close(engine, largest, 1e-6, 'the largest');
  close(byHand, engine, 1e-5, 'by hand and the engine');
  const cells = (await texts('.update tbody td')).map((said) => (said === '' ? Number.NaN : read(said)));
  const [before, after, gradient, , m, newM, v, newV] = cells;
  close(gradient, engine, 1e-6, 'the gradient in the story');
  assert.equal([m, v], [0, 0]);
  close(newM, 0.1 * gradient, 1e-5, 'the first moment');
  close(newV, 0.001 * gradient ** 2, 1e-5, 'the second moment');
  // Adam's first step is the learning rate, against the gradient.
  const rate = read((await text('[data-part=rate]')).split('rate')[1]);
  close(after - before, -Math.sign(gradient) * rate, 1e-2, 'the update');
  for (const part of ['gradient', 'check', 'moments', 'rate', 'formula', 'code'])
    assert.ok(await page.$(`.backward [data-part=${part}]`), part);
});

test('it is checked with the weight nudged, in both precisions, and h is chosen', async () => {
  await press('.checking button');
  await page.waitForFunction(() =>
    /\d/.test(document.querySelector('[data-number=quotient-float64]')?.textContent ?? ''),
  );
  const numbers = async (key: string) =>
    (await texts(`[data-number=${key}-float32], [data-number=${key}-float64]`)).map(read);
  const [gradient, precise] = await numbers('gradient');
  close(gradient, precise, 1e-4, 'gradients in both precisions');
  const errors = async () => (await texts('.checking tbody tr:last-child td')).map(read);
  await page.focus('.checking input');
  await page.keyboard.press('Home');
  await page.waitForFunction(() => document.querySelector('.checking output')!.textContent === '1e−7');
  const [single, double] = await errors();
  assert.ok(double < 1e-5 * Math.abs(precise), `float64: ${double}`);
  assert.ok(single > 100 * double, `rounding: ${single}, in float64 ${double}`);
  await shown(page, '.checking .uplot canvas');
  assert.match(await page.$eval('.checking .plot', (e) => e.ariaLabel!), 'The error is least at');
});

test('axe-core finds nothing wrong with it, wide and light, narrow and dark', async () => {
  for (const [width, scheme] of [
    [360, 'dark'],
    [1440, 'light'],
  ] as const) {
    await page.setViewport({ width, height: 1000 });
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    assert.equal(await violations(), [], `${width} pixels, ${scheme}`);
    assert.ok(
      await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
      `${width} pixels`,
    );
  }
});

test('an update is followed from the end of the chain, and goes back to its gradient', async () => {
  await (await page.$$('.backward-title')).at(-1)!.focus();
  await page.keyboard.press('Enter');
  await shown(page, '.backward-step[aria-label$="new weights"][aria-current]');
  const grid = (await page.waitForSelector('.backward-step[aria-current] .tiles-grid'))!;
  await grid.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() =>
    /adamStep/.test(document.querySelector('.inspector h3')?.textContent ?? ''),
  );
  await page.waitForFunction(() => /^0\.weight/.test(document.querySelector('.story h4')?.textContent ?? ''));
  await press('.update tr:nth-of-type(2) button');
  await page.waitForFunction(() =>
    /conv2dWeightGrad/.test(document.querySelector('.inspector h3')?.textContent ?? ''),
  );
  assert.is(await text(`${title} b`), 'dL/d(0.weight)');
});

test('nothing was said in the console', () => {
  assert.equal(opened.errors, []);
});

test.run();
