// The explorer trains in headless Chromium: the same losses as the command line on every device, through pauses, ways
// back, changes and a lost GPU; and the view that shows it, with MNIST and with pictures of the learner's own.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { build } from 'esbuild';
import type { ElementHandle, Page } from 'puppeteer-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceKind } from '../../explorer/lab/deviceKinds.ts';
import { presets } from '../../explorer/presets/presets.ts';
import { isStep, readMetrics } from '../../pipeline/node/runs/metrics.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { resolveSettings } from '../../pipeline/train/settings.ts';
import { inkgrad, strokes } from '../support/cli.ts';
import { ExplorerSite, type Opened, shown } from '../support/explorerPage.ts';
import type { Asked } from '../support/labPage.ts';
import { tempFolders } from '../support/tempFolders.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folders = tempFolders();
const { model } = presets[0];
const { path } = folders.make({
  'model.json': JSON.stringify(model),
  ...strokes('pictures/', 4),
  'pictures/wrong/broken.png': 'no picture',
});
const given = { epochs: 4, batch: 16, lr: 0.01, seed: 1 };
const classes = [...'0123456789'];
const plan = {
  ...{ name: 'tiny', model, classes, recipe: recipes.mnist, temperature: 1 },
  settings: resolveSettings(given),
};
const wanted = { data: 'mnist', images: 1000, settings: given, weights: 'fresh' } as const;

/** What `inkgrad train` comes to: 240 steps; and on what. */
async function expected(): Promise<{ losses: number[]; adapter: string }> {
  const out = join(path, 'run');
  const flags =
    '--data mnist --limit 1000 --epochs 4 --batch 16 --lr 0.01 --drawn 0 --device wasm --threads 1';
  const { code, stderr } = await inkgrad([
    ...['train', '--model', join(path, 'model.json'), '--out', out],
    ...flags.split(' '),
  ]);
  assert.is(code, 0, stderr);
  const { adapter } = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
  const steps = readMetrics(join(out, 'metrics.jsonl')).filter(isStep);
  return { adapter, losses: steps.map(({ loss }) => loss) };
}

const { outputFiles } = await build({
  entryPoints: ['test/support/labPage.ts'],
  ...{
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'labPage',
    platform: 'browser',
    target: 'es2022',
  },
});
const script = outputFiles[0].text;
const [{ losses, adapter }, site] = await Promise.all([expected(), ExplorerSite.start()]);
const plain = await ExplorerSite.start(false, undefined, site.browser);
const opened: Opened[] = [];

async function open(on: ExplorerSite, address: string): Promise<Page> {
  const one = await on.open(address, 1280, 900);
  opened.push(one);
  one.page.setDefaultTimeout(20_000);
  return one.page;
}

/** A page with a lab of its own. */
async function labOn(on: ExplorerSite): Promise<Page> {
  const page = await open(on, 'index.html');
  await page.evaluate(script);
  return page;
}

const call = <T>(page: Page, name: string, ...args: readonly unknown[]): Promise<T> =>
  page.evaluate(`labPage.${name}(...${JSON.stringify(args)})`) as Promise<T>;
const ask = (page: Page, steps: number, ...asked: readonly Asked[]) =>
  call<number[]>(page, 'ask', steps, ...asked);

/** Numbers that differ by rounding alone: other devices add in another order. */
function near(found: readonly number[], right: readonly number[], tolerance: number): void {
  assert.is(found.length, right.length);
  found.forEach((loss, i) => {
    const error = Math.abs(loss - right[i]) / right[i];
    assert.ok(error <= tolerance, `step ${i + 1}: ${loss}, expected ${right[i]}`);
  });
}

/** The same kernels give the same bits; a newer Node.js may have others, with relaxed SIMD. */
const same = (found: readonly number[], right: readonly number[]): void =>
  adapter.includes('relaxed') ? near(found, right, 2e-3) : assert.equal(found, right);

const isolated = await labOn(site);

test('200 steps on wasm have the losses of the command line, to the bit, and the loss falls', async () => {
  assert.match(await call<string>(isolated, 'open', 'wasm', plan), 'thread');
  await call(isolated, 'begin', wanted);
  const found = await ask(isolated, 200, ['step', 200]);
  same(found, losses.slice(0, 200));
  const mean = (some: readonly number[]) => some.reduce((sum, loss) => sum + loss, 0) / some.length;
  assert.ok(mean(found.slice(-20)) < mean(found.slice(0, 20)) / 3);
});

test('steps, a way back and a pause give the same losses again', async () => {
  await call(isolated, 'begin', wanted);
  await ask(isolated, 31, ['step'], ['step', 30]);
  await ask(isolated, 30, ['back']);
  same(await ask(isolated, 12, ['back', 12]), losses.slice(0, 12));
  same(await ask(isolated, 60, ['epoch']), losses.slice(0, 60));
  same(await ask(isolated, 240, ['play']), losses);
});

test('a rate changed on the way counts from there', async () => {
  await call(isolated, 'begin', wanted);
  const changed = ['change', { settings: { lr: 0.0001, batch: 8 } }] as const;
  const found = await ask(isolated, 40, ['step', 20], changed, ['step', 20]);
  same(found.slice(0, 20), losses.slice(0, 20));
  assert.is.not(found[21], losses[21]);
});

test('two thousand steps take no more memory than a hundred', async () => {
  await call(isolated, 'begin', { ...wanted, settings: { ...given, epochs: 100 } });
  await ask(isolated, 100, ['step', 100]);
  const before = await call<number>(isolated, 'memory');
  await ask(isolated, 2000, ['step', 1900]);
  assert.ok(before > 0);
  assert.is(await call<number>(isolated, 'memory'), before);
});

test('on one thread, on cpu and on webgpu, and from one to the other', async () => {
  const page = await labOn(plain);
  assert.match(await call<string>(page, 'open', 'wasm', plan), '1 thread');
  await call(page, 'begin', wanted);
  same(await ask(page, 20, ['step', 20]), losses.slice(0, 20));
  for (const [kind, steps] of [
    ['cpu', 30],
    ['webgpu', 40],
  ] satisfies [DeviceKind, number][]) {
    await call(page, 'move', kind);
    near(await ask(page, steps, ['step', 10]), losses.slice(0, steps), 2e-3);
  }
});

test('a GPU that is lost is survived', async () => {
  const page = await labOn(site);
  await call(page, 'open', 'wasm', plan);
  // The devices that the lab opens from now on can be taken away from it.
  const worker = page.workers().findLast((each) => each.url().endsWith('lab.js'))!;
  await worker.evaluate(`
    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (...args) {
      return (globalThis.gpuDevice = await requestDevice.apply(this, args));
    };`);
  await call(page, 'move', 'webgpu');
  await call(page, 'begin', wanted);
  await ask(page, 10, ['step', 10]);
  await worker.evaluate('gpuDevice.destroy()');
  near(await ask(page, 20, ['step', 10]), losses.slice(0, 20), 2e-3);
  assert.is((await call<string[]>(page, 'devices')).length, 1);
});

/** The button with that text. */
const press = (page: Page, text: string) =>
  page.locator(`::-p-xpath(//button[normalize-space()="${text}"])`).click();
const stepsDone = (page: Page, least: number) =>
  page.waitForFunction(
    (least) => Number(document.querySelector('.train-where b')?.textContent?.replace(',', '')) >= least,
    {},
    least,
  );
/** Types a value where a label stands. */
async function type(page: Page, label: string, value: string): Promise<void> {
  const input = await page.$(`::-p-xpath(//label[normalize-space()="${label}"]/following-sibling::input[1])`);
  await input!.click({ count: 3 });
  await input!.type(value);
  await page.keyboard.press('Enter');
}
const textOf = (page: Page, selector: string) => page.$eval(selector, (element) => element.textContent ?? '');
const stepOf = async (page: Page) => Number((await textOf(page, '.train-where b')).replace(',', ''));

test('the view plays, pauses, steps, goes back and shows what is read', async () => {
  const page = await open(site, '#train');
  await shown(page, '.bars li:nth-child(10)');
  await shown(page, '.train-play');
  await type(page, 'Epochs', '200');
  await page.focus('.train-play');
  await page.keyboard.press('Enter');
  await stepsDone(page, 40);
  await press(page, 'Pause');
  await shown(page, '::-p-xpath(//button[normalize-space()="Play"])');
  const paused = await stepOf(page);
  await press(page, 'One step');
  await stepsDone(page, paused + 1);
  await press(page, 'Back a step');
  await page.waitForFunction(
    (step) => document.querySelector('.train-where b')?.textContent === step,
    {},
    `${paused}`,
  );
  await press(page, 'One epoch');
  await shown(page, '.train-confusion .train-wrong');
  assert.match(await textOf(page, '.train-curves .train-summary'), /After epoch \d validation reads/);
  assert.ok((await page.$$('.train-plot canvas')).length === 2);
  assert.ok((await page.$$('[data-part=filters] canvas')).length === 4);
  assert.ok((await page.$$('.train-spreads svg')).length >= 8);
  await page.evaluate(axeSource);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  assert.equal(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
    [],
  );
  await page.click('.train-confusion .train-wrong');
  await page.waitForFunction(() =>
    /\d+ of \d read as \d/.test(document.querySelector('.train-gallery h3')!.textContent!),
  );
  await page.click('.train-gallery .train-thumb');
  await shown(page, '.chosen');
  await page.waitForFunction(() => document.querySelector('.said')?.textContent?.startsWith('It reads'));
});

test('what is wrong with a setting is said where it is typed', async () => {
  const [{ page }] = opened.slice(-1);
  const rate = '[data-part=rate] input[inputmode]';
  await page.$eval(rate, (input) => {
    (input as HTMLInputElement).value = '-1';
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
  assert.match(
    await page.$eval(rate, (input) => (input as HTMLInputElement).validationMessage),
    'a number > 0',
  );
});

test('a folder of pictures trains, without those that are none', async () => {
  const page = await open(site, '#train');
  await shown(page, '.train-see');
  await shown(page, '.train-play');
  await page.select('section[aria-label=Data] select', 'own');
  const input = (await page.$('.train-hidden')) as ElementHandle<HTMLInputElement>;
  await input.uploadFile(join(path, 'pictures'));
  await page.waitForFunction(() => document.querySelectorAll('.train-own .train-thumb').length === 12);
  await page.waitForFunction(() =>
    /^1 of 13 are left out/.test(document.querySelector('.train-own .fault')!.textContent!),
  );
  assert.match(await textOf(page, '.train-own .fault'), /broken.png/);
  await press(page, 'One step');
  await stepsDone(page, 1);
  assert.equal(await page.$$eval('.bars b', (all) => all.map(({ textContent }) => textContent)), [
    'bar',
    'dash',
    'slash',
  ]);
});

test('drawings that were kept train a network of their own classes', async () => {
  const page = await open(site, '#train');
  await shown(page, '.bars li:nth-child(10)');
  await shown(page, '.train-play');
  await page.select('section[aria-label=Data] select', 'own');
  await press(page, 'Play');
  await page.waitForFunction(() =>
    /at least two classes/.test(document.querySelector('.train-controls .fault')!.textContent!),
  );
  for (const [digit, name] of [
    [0, 'ring'],
    [1, 'stick'],
  ] as const) {
    const input = await page.$('.train-keep input');
    await input!.click({ count: 3 });
    await input!.type(name);
    for (let i = 1; i <= 6; i++) {
      await page.click(`.digits button:nth-child(${digit + 1})`);
      await press(page, 'Keep the drawing');
      await page.waitForFunction(
        (many) => document.querySelectorAll('.train-own .train-thumb').length === many,
        {},
        6 * digit + i,
      );
    }
  }
  await page.click('.train-own .train-thumb');
  await page.waitForFunction(() => document.querySelectorAll('.train-own .train-thumb').length === 11);
  await press(page, 'Play');
  await shown(page, '.train-over');
  await page.waitForFunction(() => document.querySelectorAll('.train-confusion tbody tr').length === 2);
  assert.match(await textOf(page, '.said'), /It reads (ring|stick)\./);
});

test.after(async () => {
  assert.equal(
    opened.flatMap(({ errors }) => errors),
    [],
  );
  await plain.close();
  await site.close();
  folders.remove();
});
test.run();
