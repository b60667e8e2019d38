// The desk of the explorer in headless Chromium: drawing by pointer and by keyboard on each device, pictures of all kinds,
// what is no picture, steps of the preparation, a device that is not there; and no error in the console.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ElementHandle, Page } from 'puppeteer-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodePng } from '../../pipeline/node/decode/decode.ts';
import { draw } from '../support/cli.ts';
import { ExplorerSite, type Opened, said, shown } from '../support/explorerPage.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
const { path: folder } = folders.make({ 'notes.txt': 'this is no picture' });
const site = await ExplorerSite.start();
const opened: Opened[] = [];
const open = async (address = ''): Promise<Page> => {
  const one = await site.open(address);
  opened.push(one);
  await shown(one.page, '.bars li');
  return one.page;
};

/** A 7 in shares of the paper. */
const SEVEN = [
  [0.3, 0.25],
  [0.5, 0.25],
  [0.7, 0.25],
  [0.6, 0.45],
  [0.5, 0.65],
  [0.45, 0.85],
] as const;

async function drawSeven(page: Page): Promise<void> {
  const { x, y, width, height } = (await (await page.$('.sheet'))!.boundingBox())!;
  const [first, ...rest] = SEVEN.map(([across, down]) => [x + across * width, y + down * height] as const);
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const to of rest) await page.mouse.move(...to, { steps: 4 });
  await page.mouse.up();
}

const page = await open();

for (const kind of ['webgpu', 'wasm', 'cpu']) {
  test(`a digit that is drawn is read on ${kind}`, async () => {
    await page.click(`input[name=device][value=${kind}]`);
    await page.waitForFunction(
      (name) => document.querySelector<HTMLInputElement>('input[name=device]:checked')?.value === name,
      {},
      kind,
    );
    await drawSeven(page);
    await said(page, 'It reads 7.');
    await page.waitForFunction(() => document.querySelectorAll('.stages li').length > 8);
    await page.click('.tools button:nth-of-type(2)');
    await said(page, 'Draw a digit.');
  });
}

test('a digit is drawn by the keyboard alone', async () => {
  await page.focus('.sheet');
  const keys = async (key: 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight', times: number) => {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  };
  await keys('ArrowUp', 9);
  await page.keyboard.press('Space');
  await keys('ArrowDown', 18);
  await page.keyboard.press('Space');
  await said(page, 'It reads 1.');
  await page.keyboard.press('Backspace');
  await said(page, 'Draw a digit.');
});

const chooser = async (): Promise<ElementHandle<HTMLInputElement>> =>
  (await page.$('.tools input[type=file]')) as ElementHandle<HTMLInputElement>;

test('a picture is read as it is; what is none is said in a sentence, and nothing is lost', async () => {
  const one = join(folder, 'one.png');
  writeFileSync(one, encodePng(draw(120, 160, (x, y) => Math.abs(x - 60) < 8 && y > 30 && y < 130)));
  await (await chooser()).uploadFile(one);
  await said(page, 'It reads 1.');
  await (await chooser()).uploadFile(join(folder, 'notes.txt'));
  await shown(page, '.desk .fault:not(:empty)');
  assert.match(await page.$eval('.desk .fault', (e) => e.textContent!), 'notes.txt is no picture');
  await said(page, 'It reads 1.');
});

test('a picture of a hundred megapixels is refused before it is decoded', async () => {
  // The header alone claims them: 12,000 × 9,000.
  const large = Buffer.from(encodePng(draw(8, 8, () => true)));
  const huge = resized(large, 12_000, 9_000);
  writeFileSync(join(folder, 'huge.png'), huge);
  await (await chooser()).uploadFile(join(folder, 'huge.png'));
  await page.waitForFunction(() =>
    /megapixels|no picture/.test(document.querySelector('.desk .fault')!.textContent!),
  );
});

test('a step of the preparation is changed, and back', async () => {
  await drawSeven(page);
  await said(page, 'It reads 7.');
  const stage = (name: string) =>
    page.$$eval(
      '.stage',
      (all, name) => (all.find((e) => e.textContent!.startsWith(name)) as HTMLElement).click(),
      name,
    );
  // Stages are shown when the pen pauses.
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.stage')].some((e) => e.textContent!.startsWith('threshold')),
  );
  await stage('threshold');
  await page.select('.controls select', 'fixed');
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.stages small')].some((e) => /fixed/.test(e.textContent!)),
  );
  await page.waitForSelector('.controls input[type=range]');
  await page.$eval('.preparation h2 button', (button) => (button as HTMLElement).click());
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.stages small')].some((e) => /otsu/.test(e.textContent!)),
  );
});

test('a test image is taken, with what it is of, which goes with it', async () => {
  await page.click('.take-test');
  const name = await page.waitForFunction(() => document.querySelector('.chosen')?.getAttribute('alt'));
  assert.match(String(await name.jsonValue()), /^a test image of \d$/);
  await page.waitForFunction(() => /^It reads \d\.$/.test(document.querySelector('.said')!.textContent!));
  const right = () => page.$eval('.right select', (select) => (select as HTMLSelectElement).value);
  assert.is(await right(), String(await name.jsonValue()).at(-1));
  await drawSeven(page);
  await said(page, 'It reads 7.');
  assert.is(await right(), '');
});

test('a digit is written by the page', async () => {
  await page.click('.tools button:nth-of-type(2)');
  await said(page, 'Draw a digit.');
  await page.click('.digit:nth-of-type(4)');
  await page.waitForFunction(() => /^It reads/.test(document.querySelector('.said')!.textContent!));
});

test('where the page is not isolated, and without WebGPU or shared memory, it still reads', async () => {
  const plain = await ExplorerSite.start(false, undefined, site.browser);
  for (const lacking of [[], ['gpu'], ['gpu', 'SharedArrayBuffer']]) {
    const one = await plain.open('', 1280, 900, lacking);
    await shown(one.page, '.bars li');
    await drawSeven(one.page);
    await said(one.page, 'It reads 7.');
    assert.equal(one.errors, []);
    await one.page.close();
  }
  await plain.close(false);
});

test('nothing was said in the console, and nothing was refused that nobody handled', () => {
  for (const { errors } of opened) assert.equal(errors, []);
});

/** A PNG whose header claims another size; its checksum is right. */
function resized(png: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(png);
  changed.writeUInt32BE(width, 16);
  changed.writeUInt32BE(height, 20);
  changed.writeUInt32BE(crc32(changed.subarray(12, 29)), 29);
  return changed;
}

test.after(async () => {
  await site.close();
  folders.remove();
});
test.run();
