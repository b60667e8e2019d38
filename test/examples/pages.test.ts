// The pages of examples/ behind a plain web server, in headless Chromium: one draws with the mouse, and loads a checkpoint.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import type { Page } from 'puppeteer-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ExplorerSite } from '../support/explorerPage.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
const site = await ExplorerSite.start(false, '.');

/** Where INKGRAD_SHOTS names a folder, pictures of the page go there, to be looked at. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.INKGRAD_SHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  for (const [width, height] of [
    [1440, 900],
    [360, 780],
  ]) {
    for (const scheme of ['light', 'dark']) {
      await page.setViewport({ width, height });
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`) });
    }
  }
}

const said = (page: Page) => page.$eval('output', ({ textContent }) => textContent ?? '');
const says = (page: Page, words: string) =>
  page.waitForFunction((part) => document.querySelector('output')?.textContent?.includes(part), {}, words);

/** Draws lines through points of the canvas, in shares of its sides. */
async function draw(page: Page, ...points: [number, number][]): Promise<void> {
  const box = await (await page.$('canvas'))!.boundingBox();
  const [first, ...rest] = points.map(([x, y]) => [box!.x + x * box!.width, box!.y + y * box!.height]);
  await page.mouse.move(first[0], first[1]);
  await page.mouse.down();
  for (const [x, y] of rest) await page.mouse.move(x, y, { steps: 4 });
  await page.mouse.up();
}

test('draw.html reads what is drawn, and forgets it', async () => {
  const { page, errors } = await site.open('examples/draw.html');
  await says(page, 'With a finger');
  await draw(page, [0.25, 0.2], [0.75, 0.2], [0.45, 0.85]);
  await says(page, 'It reads 7');
  const bars = () => page.$$eval('progress', (all) => all.map(({ value }) => value));
  const seven = await bars();
  assert.is(seven.length, 10);
  assert.ok(seven[7] > 0.9 && Math.abs(seven.reduce((a, b) => a + b) - 1) < 1e-3, String(seven));
  await shoot(page, 'draw');
  await page.click('button');
  assert.match(await said(page), 'With a finger');
  assert.equal(await bars(), new Array(10).fill(0));
  // A line that comes from outside begins at the edge, and brings nothing back of what was there.
  await draw(page, [0.5, -0.1], [0.5, 0.85]);
  await says(page, 'It reads 1');
  // A mere tap leaves nothing to read.
  await page.click('button');
  await draw(page, [0.5, 0.5]);
  await says(page, 'no ink');
  assert.equal(errors, []);
  await page.close();
});

/** A picture of a 7 on grey paper. */
function seven(): Buffer {
  const png = new PNG({ width: 60, height: 80 });
  for (let i = 0; i < 60 * 80; i++) {
    const [x, y] = [i % 60, Math.floor(i / 60)];
    const isInk =
      (y > 14 && y < 21 && x > 13 && x < 47) || (y > 14 && y < 66 && Math.abs(x - 45 + (y - 15) / 2.2) < 4);
    png.data.set(isInk ? [20, 20, 60, 255] : [225, 225, 220, 255], 4 * i);
  }
  return PNG.sync.write(png);
}

test('predict.html reads a picture with the checkpoint of its address, and with one that is chosen', async () => {
  const { path } = folders.make({ '7.png': seven(), 'no.safetensors': 'nothing' });
  const choose = async (page: Page, input: string, file: string) => {
    const field = (await page.$(input)) as Awaited<ReturnType<typeof page.$<'input'>>>;
    await field!.uploadFile(file);
  };
  const { page, errors } = await site.open(
    'examples/predict.html?model=../explorer/presets/trained/tiny.safetensors',
  );
  await says(page, 'Choose a picture');
  assert.match(
    await page.$eval('#name', ({ textContent }) => textContent ?? ''),
    /tiny\.safetensors.* 0 1 2 3/,
  );
  await choose(page, '#picture', join(path, '7.png'));
  await says(page, '7: ');
  await choose(page, '#network', 'examples/digits.safetensors');
  await page.waitForFunction(() => document.querySelector('#name')?.textContent?.startsWith('digits'));
  await says(page, '7: ');
  assert.match(await said(page), /^It reads:\n7: (9\d\.\d|100\.0) %\n\d: /);
  await shoot(page, 'predict');
  await choose(page, '#network', join(path, 'no.safetensors'));
  await says(page, 'no.safetensors');
  assert.equal(errors, []);
  await page.close();
});

test('the op of own-op.mjs is on WebGPU what it is on typed arrays', async () => {
  const { page, errors } = await site.open('examples/predict.html');
  const values = [-2, -0.5, 0, 1, 3, ...Array.from({ length: 100 }, (_, i) => i / 10)];
  const kinds = await page.evaluate(async (numbers) => {
    const map = document.createElement('script');
    map.type = 'importmap';
    map.textContent = '{ "imports": { "inkgrad": "/dist/lib/index.js" } }';
    document.head.append(map);
    // Names that esbuild does not follow: these are modules of the page.
    const load = (name: string) => import(name);
    const [{ openDevice, Tensor }, { snake }] = [
      await load('/dist/lib/index.js'),
      await load('/examples/snake.mjs'),
    ];
    const read = async (kind: string) => {
      const device = await openDevice(kind);
      return [...(await snake(Tensor.from(device, numbers)).read())] as number[];
    };
    return { cpu: await read('cpu'), webgpu: await read('webgpu') };
  }, values);
  assert.is(kinds.webgpu.length, values.length);
  values.forEach((x, i) => {
    assert.ok(Math.abs(kinds.cpu[i] - (x + Math.sin(x) ** 2)) < 1e-5, `cpu at ${x}`);
    assert.ok(Math.abs(kinds.webgpu[i] - kinds.cpu[i]) < 1e-3, `webgpu at ${x}: ${kinds.webgpu[i]}`);
  });
  assert.equal(errors, []);
  await page.close();
});

test('the network beside the pages is the one that the explorer comes with', () => {
  const [own, preset] = ['examples/digits.safetensors', 'explorer/presets/trained/tinyNorm.safetensors'];
  assert.ok(readFileSync(own).equals(readFileSync(preset)));
});

test.after(async () => {
  folders.remove();
  await site.close();
});
test.run();
