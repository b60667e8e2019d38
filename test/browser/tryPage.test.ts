// The page of `serve` in a real browser, under its policy: a drawing and a chosen picture are read, and nothing is blocked.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tryPage } from '../../report/tryPage/tryPage.ts';
import { launchChromium } from '../support/chromium.ts';
import { stroke } from '../support/cli.ts';
import { served, tinyPredictor } from '../support/served.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
const { path } = folders.make({ 'bar.png': stroke('bar'), 'text.png': 'hello' });
const predictor = await tinyPredictor(path);
const { server, url, bugs } = await served(predictor, {
  assets: tryPage('<b>tiny</b>', predictor.checkpoint.classes),
});
const browser = await launchChromium();
test.after(async () => {
  await browser.close();
  await server.stop();
  folders.remove();
});

test('what is drawn, and what is chosen, is read; a refusal is said; nothing is blocked', async () => {
  const tab = await browser.newPage();
  const said: string[] = [];
  tab.on('console', (message) => said.push(message.text()));
  tab.on('pageerror', (error) => said.push(String(error)));
  await tab.goto(url);
  assert.is(await tab.$eval('h1', (title) => title.textContent), '<b>tiny</b>');
  assert.not(await tab.$('h1 b'), 'a name is text');

  const { x, y } = (await (await tab.$('canvas'))!.boundingBox())!;
  await tab.mouse.move(x + 140, y + 40);
  await tab.mouse.down();
  await tab.mouse.move(x + 150, y + 230, { steps: 5 });
  await tab.mouse.up();
  await tab.waitForSelector('#guesses li');
  assert.is((await tab.$$('#guesses li')).length, 3);
  assert.match(await tab.$eval('#said', (line) => line.textContent), /shows|no character/);
  if (process.env.SCREENSHOT !== undefined) await tab.screenshot({ path: process.env.SCREENSHOT });

  await tab.click('#clear');
  assert.is((await tab.$$('#guesses li')).length, 0);
  const input = (await tab.$('input[type=file]'))!;
  await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(join(path, 'bar.png'));
  await tab.waitForSelector('#guesses li');
  assert.is(await tab.$eval('#chosen', (image) => (image as HTMLImageElement).naturalWidth), 40);
  assert.equal(said, []);

  await (input as unknown as { uploadFile(path: string): Promise<void> }).uploadFile(join(path, 'text.png'));
  await tab.waitForFunction("document.getElementById('said').textContent.includes('PNG')");
  assert.is((await tab.$$('#guesses li')).length, 0);
  assert.equal(bugs, []);
});

test.run();
