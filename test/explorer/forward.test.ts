// Every number of the forward pass can be looked into, and what is shown is what the engine has.
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { Network } from '../../explorer/lab/network.ts';
import type { LayerSpec } from '../../pipeline/model/layers.ts';
import { layerKinds } from '../../pipeline/model/layers.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { resolveSettings } from '../../pipeline/train/settings.ts';
import { ExplorerSite, type Opened } from '../support/explorerPage.ts';
import { tempFolders } from '../support/tempFolders.ts';

/** One of each type of layer that has options, small. */
const shaped: readonly LayerSpec[] = [
  { type: 'conv2d', outChannels: 4, kernelSize: 5, stride: 2, padding: 2 },
  { type: 'batchNorm2d' },
  { type: 'relu' },
  { type: 'maxPool2d', kernelSize: 2 },
  { type: 'residual', layers: [{ type: 'conv2d', outChannels: 4, kernelSize: 3, padding: 'same' }] },
  { type: 'leakyRelu' },
  { type: 'avgPool2d', kernelSize: 3, stride: 2, padding: 1, countPadding: false },
  { type: 'gelu' },
  { type: 'dropout' },
  { type: 'conv2d', outChannels: 8, kernelSize: 3, groups: 2, bias: false },
  { type: 'tanh' },
  { type: 'globalAvgPool' },
  { type: 'flatten' },
  { type: 'linear', outFeatures: 20 },
];

/** All other types that need none. */
const plain = Object.entries(layerKinds)
  .filter(
    ([type, { required }]) =>
      Object.keys(required).length === 0 && !shaped.some((layer) => layer.type === type),
  )
  .map(([type]): LayerSpec => ({ type }));
const layers: readonly LayerSpec[] = [...shaped, ...plain, { type: 'linear', outFeatures: 'classes' }];
const last = layers.length - 1;

const classes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

async function checkpointOf(): Promise<Uint8Array> {
  const device = new CpuDevice();
  const plan = {
    name: 'each',
    model: { name: 'each', input: [1, 28, 28], layers },
    ...{ classes, recipe: recipes.mnist, settings: resolveSettings({ seed: 7 }), temperature: 1 },
  };
  const network = new Network(plan, device);
  const bytes = await network.checkpoint();
  network.dispose();
  device.close();
  return bytes;
}

const folders = tempFolders();
let site: ExplorerSite;
let opened: Opened;
let page: Page;

test.before(async () => {
  // The page as it is built, with these layers in the place of each preset.
  const folder = folders.make().path;
  cpSync('dist/explorer', folder, { recursive: true });
  const trained = join(folder, 'presets/trained');
  const bytes = await checkpointOf();
  const presets = readdirSync(trained).filter((name) => name.endsWith('.safetensors'));
  for (const name of presets) writeFileSync(join(trained, name), bytes);
  site = await ExplorerSite.start(true, folder);
  opened = await site.open('', 1440, 1000);
  page = opened.page;
  await page.waitForSelector(`#layer-${last}`, { timeout: 60_000 });
});

test.after(async () => {
  await site.close();
  folders.remove();
});

async function draw(): Promise<void> {
  const box = (await (await page.waitForSelector('.sheet'))!.boundingBox())!;
  const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(0.3, 0.25));
  await page.mouse.down();
  await page.mouse.move(...at(0.7, 0.25), { steps: 4 });
  await page.mouse.move(...at(0.45, 0.85), { steps: 6 });
  await page.mouse.up();
  await page.waitForFunction(() => /It reads/.test(document.querySelector('.said')!.textContent!));
  // The newest stroke has been read when nothing changes any more.
  const maps = () => page.$$eval('.shares-list button', (all) => all.map((e) => e.textContent).join());
  for (let [before, now] = ['', await maps()]; before !== now; [before, now] = [now, await maps()])
    await new Promise((resolve) => setTimeout(resolve, 150));
}

/** Numbers as the page writes them. */
const read = (text: string): number => Number(text.replaceAll('−', '-'));

const close = (a: number, b: number, what: string): void =>
  assert.ok(Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(b)), `${what}: ${a}, expected ${b}`);

/** What the inspector shows, when it says that it is there. */
async function shown(title: string): Promise<{ byHand: number; engine: number }> {
  await page.waitForFunction(
    (part) => document.querySelector('.inspector')?.textContent?.toLowerCase().includes(part.toLowerCase()),
    {},
    title,
  );
  const [byHand, engine] = await page.$$eval('.check dd', (all) => all.map((dd) => dd.textContent!));
  return { byHand: read(byHand), engine: read(engine) };
}

const text = (selector: string): Promise<string> => page.$eval(selector, (e) => e.textContent!);

test('there is a layer of each type', () => {
  assert.equal([...new Set(layers.map(({ type }) => type))].sort(), Object.keys(layerKinds).sort());
});

test('what is shown of a number of each layer is what the engine has', async () => {
  await draw();
  const grids = await page.$$('.layer > .tiles > .tiles-grid');
  assert.is(grids.length, layers.length + 1);
  let zeros = 0;
  for (const [i, { type }] of layers.entries()) {
    const grid = grids[i + 1];
    await grid.evaluate((e) => e.scrollIntoView({ block: 'center' }));
    const { x, y, width, height } = (await grid.boundingBox())!;
    await page.mouse.click(x + 0.61 * width, y + 0.55 * height);
    const { byHand, engine } = await shown(`layer ${i},`);
    close(byHand, engine, `layer ${i}, ${type}`);
    const said = await grid.evaluate((e) => e.parentElement!.querySelector('.tiles-said')!.textContent!);
    close(read(said.split(': ')[1]), engine, `layer ${i}, ${type}: the map's against the inspector's`);
    if (engine === 0) zeros++;
    assert.ok(await page.$('.code .listing-runs'), `${type}: the line that runs`);
    assert.is(await page.$('.inspector .fault:not(:empty)'), null);
  }
  assert.ok(zeros < 4, `${zeros} of the numbers are 0`);
});

test('a share and the loss are followed to the logits', async () => {
  const [share] = await page.$$('.shares-list button');
  await share.click();
  const softmax = await shown('softmax');
  close(softmax.byHand, softmax.engine, 'softmax');
  const loss = (await page.$('button[title="How the loss came to be"]'))!;
  const listed = read(await loss.evaluate((e) => e.textContent!));
  await loss.click();
  const { byHand, engine } = await shown('crossEntropy');
  close(byHand, engine, 'the loss');
  assert.ok(Math.abs(engine - listed) <= 1e-3 * listed, `${engine}, and in the list ${listed}`);
  // From the loss to a logit, from there to what it is the sum of, and back.
  await page.click('.shares button.part');
  await shown(`layer ${last}, linear`);
  const place = await text('.one');
  await page.click('.terms button[title^="unit"]');
  await shown(`layer ${last - 1}, ${layers[last - 1].type}`);
  await page.click('.inspector-bar button');
  await shown(`layer ${last}, linear`);
  assert.is(await text('.one'), place);
});

test('the keyboard alone opens, steps, plays and closes', async () => {
  await page.keyboard.press('Escape');
  await page.focus('section[aria-labelledby="layer-0"] .tiles-grid');
  assert.is(await page.$('.inspector'), null);
  for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'PageDown'] as const)
    await page.keyboard.press(key);
  const cell = await page.$eval('section[aria-labelledby="layer-0"] [role=gridcell]', (e) => e.ariaLabel!);
  assert.match(cell, /^filter 1, row 2, column 1: −?\d/);
  await page.keyboard.press('Enter');
  await shown('layer 0, conv2d');
  assert.match(await text('.one'), 'filter 1, row 2, column 1');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => /row 2, column 2/.test(document.querySelector('.one')!.textContent!));
  // Into the inspector, where arrows step and space plays.
  await page.keyboard.press('Enter');
  assert.ok(await page.evaluate(() => document.activeElement!.matches('.inspector')));
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction(() => /row 3, column 2/.test(document.querySelector('.one')!.textContent!));
  await page.keyboard.press('Space');
  await page.waitForFunction(() => /row 3, column 4/.test(document.querySelector('.one')!.textContent!));
  await page.keyboard.press('Space');
  const { byHand, engine } = await shown('layer 0, conv2d');
  close(byHand, engine, 'after playing');
  await page.keyboard.press('Escape');
  assert.is(await page.$('.inspector'), null);
  assert.ok(
    await page.evaluate(() => document.activeElement!.matches('.tiles-grid')),
    'the focus is back on the map',
  );
});

test('what is looked at follows the pen', async () => {
  await page.click(`section[aria-labelledby="layer-${last}"] .tiles-grid`);
  const before = await shown(`layer ${last}, linear`);
  await page.$eval('.sheet', (e) => e.scrollIntoView({ block: 'center' }));
  const { x, y, width, height } = (await (await page.$('.sheet'))!.boundingBox())!;
  await page.mouse.move(x + 0.2 * width, y + 0.5 * height);
  await page.mouse.down();
  await page.mouse.move(x + 0.8 * width, y + 0.55 * height, { steps: 3 });
  await page.mouse.up();
  // The map shows the newest stroke at once, the inspector after a pause.
  await page.waitForFunction(
    (old, at) => {
      const engine = document.querySelector('.check [data-number="engine"]')!.textContent!;
      const said = document.querySelector(`section[aria-labelledby="layer-${at}"] .tiles-said`)!.textContent!;
      return Number(engine.replace('−', '-')) !== old && said.endsWith(`: ${engine}`);
    },
    {},
    before.engine,
    last,
  );
  const after = await shown(`layer ${last}, linear`);
  close(after.byHand, after.engine, 'after another stroke');
});

test('weights and what is inside a layer are shown on demand, and lead on', async () => {
  // So small a network has its weights open from the start.
  await page.waitForSelector('section[aria-labelledby="layer-9"] details[open]');
  await page.click('section[aria-labelledby="layer-9"] summary');
  await page.waitForSelector('section[aria-labelledby="layer-9"] details:not([open])');
  await page.click('section[aria-labelledby="layer-9"] summary');
  const weights = await page.waitForSelector('section[aria-labelledby="layer-9"] details .tiles-grid');
  await weights!.click();
  const update = await shown('adamStep');
  close(update.byHand, update.engine, 'a weight after the step');
  assert.match(await text('.one'), '9.weight, filter');
  await page.click('section[aria-labelledby="layer-4"] details:last-of-type summary');
  await page.waitForSelector('.inside .tiles-grid');
  assert.is(await page.$$eval('section[aria-labelledby="layer-4"] .inside > li', (all) => all.length), 2);
});

test('the console has no errors', () => {
  assert.equal(opened.errors, []);
});

test.run();
