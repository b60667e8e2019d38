// Own models in the page, as `inkgrad explore` serves it: edited, from files and as files, in links, and as a run.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { ElementHandle, Page } from 'puppeteer-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { siteFiles } from '../../pipeline/node/explore/siteFiles.ts';
import { SiteServer } from '../../pipeline/node/explore/siteServer.ts';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { launchChromium } from '../support/chromium.ts';
import { cliFile, strokes, tinyModel } from '../support/cli.ts';
import { jsonHere, succeedsHere } from '../support/cliHere.ts';
import { said } from '../support/explorerPage.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);
const { path: cwd } = folders.make({
  ...strokes('strokes/'),
  'tiny.json': tinyModel,
  'other.json': tinyModel.replace('4', '7'),
  'notes.txt': 'not a network, but a few words that are longer than eight bytes',
  'net.onnx': Buffer.from([8, 7, 18, 4, 110, 101, 116, 46]),
  'broken.json': '{"name": "x", "layers": [',
  'list.json': '[1, 2]',
});
await succeedsHere(
  'train --data strokes --model tiny.json --epochs 2 --batch 8 --device cpu --out run --no-cache'.split(' '),
  { cwd },
);
await succeedsHere('export run --format safetensors --out plain.safetensors'.split(' '), { cwd });
const best = join(cwd, 'run/checkpoints/best.safetensors');
const whole = readFileSync(best);
writeFileSync(join(cwd, 'cut.safetensors'), whole.subarray(0, whole.length - 100));

interface Evaluated {
  readonly loss: number;
  readonly accuracy: number;
}
const evaluated = await jsonHere<Evaluated>(['evaluate', 'run', '--no-cache'], { cwd });

const checkpoint = readCheckpoint(join(cwd, 'run'));

const server = new SiteServer(siteFiles('dist/explorer'), 0);
const plain = await server.start();
/** The same, as it is started to show a run. */
const child = spawn(process.execPath, [cliFile, 'explore', 'run', '--no-open', '--port', '0'], { cwd });
const run = await new Promise<string>((resolve) => {
  child.stdout.on('data', (text) => resolve(String(text).match(/http:\S+/)![0]));
});
const browser = await launchChromium();
test.after(async () => {
  await browser.close();
  await server.stop();
  child.kill();
});

/** Opens the page, whose every error is kept, and ends with it. */
async function opened(url: string, use: (page: Page) => Promise<void>): Promise<void> {
  const asked: string[] = [];
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String((error as Error).stack)));
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(url);
  await page.waitForFunction(() => document.querySelectorAll('.bars li').length > 0, { timeout: 60_000 });
  await use(page);
  assert.equal(errors, []);
  assert.is(
    asked.some((path) => path.startsWith('/run/')),
    url.startsWith(run),
    'a run is asked for where there is one',
  );
  await page.close();
}

const until = (page: Page, text: string, selector = 'body') =>
  page.waitForFunction(
    (selector, text) => document.querySelector(selector)?.textContent?.includes(text),
    { timeout: 30_000 },
    selector,
    text,
  );

/** The probabilities that are shown, with all their digits. */
const probabilities = (page: Page): Promise<number[]> =>
  page.$$eval('.bars .bar', (bars) =>
    bars.map((bar) => Number((bar as HTMLElement).style.getPropertyValue('--part'))),
  );

const give = async (page: Page, selector: string, file: string) => {
  await page.waitForSelector(selector);
  await ((await page.$(selector)) as ElementHandle<HTMLInputElement>).uploadFile(join(cwd, file));
};
const NETWORK = 'section[aria-labelledby="files"] input';
const faultOf = (page: Page): Promise<string> =>
  page.$eval('section[aria-labelledby="files"] .fault', (fault) => fault.textContent ?? '');

const press = (page: Page, name: string) => page.click(`::-p-aria([name="${name}"][role="button"])`);

async function isAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (window as never as { axe: typeof axe }).axe.run());
  assert.equal(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    [],
  );
}

/** The address, once the page has written it. */
async function address(page: Page, ...parts: string[]): Promise<string> {
  for (let i = 0; i < 200; i++) {
    if (parts.every((part) => page.url().includes(part))) return page.url();
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error(`${page.url()} has not all of ${parts.join(' ')}`);
}

/** Goes to an address of the same page, as one who pastes a link. */
const goTo = (page: Page, url: string) =>
  page.evaluate((hash) => {
    location.hash = hash;
  }, new URL(url).hash);

test('a checkpoint of the command line answers as there, and what is saved is evaluated there', async () => {
  await opened(`${plain}#model?device=cpu`, async (page) => {
    await give(page, NETWORK, 'run/checkpoints/best.safetensors');
    await until(page, 'This is the network in use, best.safetensors.');
    await isAccessible(page);
    const client = await page.createCDPSession();
    await client.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: cwd });
    await press(page, 'Save the network');
    for (const kind of checkpoint.classes.slice(0, 2)) {
      const file = `strokes/${kind}/00.png`;
      await give(page, '.tools input', file);
      await page.waitForFunction(
        (name) => document.querySelector('.chosen')?.getAttribute('alt') === name,
        {},
        '00.png',
      );
      await page.waitForFunction(() => /It reads/.test(document.querySelector('.said')?.textContent ?? ''));
      const [{ top }] = await jsonHere<{ top: { label: string; probability: number }[] }[]>(
        ['predict', 'run', file, '--top', '3'],
        { cwd },
      );
      const shown = await probabilities(page);
      for (const { label, probability } of top) {
        const part = shown[checkpoint.classes.indexOf(label)];
        // Logits but for what all have in common: their logarithms.
        assert.ok(
          Math.abs(Math.log(part) - Math.log(probability)) < 1e-4,
          `${kind}, ${label}: ${part} and ${probability}`,
        );
      }
      await page.click('::-p-aria([name="Clear"])');
    }
    const saved = join(cwd, 'tiny.safetensors');
    for (let i = 0; i < 200 && !existsSync(saved); i++) await new Promise((go) => setTimeout(go, 50));
    const again = await jsonHere<Evaluated>(
      ['evaluate', 'tiny.safetensors', '--data', 'strokes', '--no-cache'],
      { cwd },
    );
    const { certainty, weights, step } = readCheckpoint(saved);
    assert.equal([certainty, weights, step], [checkpoint.certainty, checkpoint.weights, checkpoint.step]);
    assert.ok(again.accuracy > 0);
  });
});

test('what is no network is said in a sentence, and nothing is lost', async () => {
  await opened(`${plain}#model?device=cpu&draw=7.12`, async (page) => {
    await page.waitForFunction(() => /It reads/.test(document.querySelector('.said')?.textContent ?? ''));
    const before = await probabilities(page);
    const cases: [string, RegExp][] = [
      ['notes.txt', /^notes\.txt: /],
      ['cut.safetensors', /^cut\.safetensors: /],
      ['net.onnx', /^net\.onnx: ONNX is read by `inkgrad import`/],
      ['broken.json', /^broken\.json is not JSON/],
      ['list.json', /^list\.json: not a model; expected/],
      ['strokes/dot/00.png', /^00\.png: /],
    ];
    for (const [file, words] of cases) {
      const path = existsSync(join(cwd, file)) ? file : `strokes/${checkpoint.classes[0]}/00.png`;
      await give(page, NETWORK, path);
      await until(page, path.split('/').at(-1)!, 'section[aria-labelledby="files"] .fault');
      const fault = await faultOf(page);
      assert.match(fault, words);
      assert.not.match(fault, /\n|undefined|\[object/);
      assert.equal(await probabilities(page), before);
    }
    // A network that comes after all of these is taken, and one of plain weights is.
    await give(page, NETWORK, 'plain.safetensors');
    await until(page, 'This is the network in use, plain.safetensors.');
    await page.waitForFunction(
      () => document.querySelector('section[aria-labelledby="files"] .fault')?.textContent === '',
    );
    await give(page, NETWORK, 'other.json');
    await until(page, 'It takes the place of plain.safetensors');
    // A network may be dropped anywhere; what is dropped among the files is taken for one.
    const drop = (selector: string, name: string, text: string) =>
      page.evaluate(
        (selector, name, text) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([text], name));
          const drop = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer });
          document.querySelector(selector)!.dispatchEvent(drop);
        },
        selector,
        name,
        text,
      );
    await drop('.sheet', 'other.safetensors', 'not one');
    await until(page, 'other.safetensors: ', '.notices');
    await drop('section[aria-labelledby="files"] h2', 'words.txt', 'not one either');
    await until(page, 'words.txt: ', 'section[aria-labelledby="files"] .fault');
    await drop('.sheet', 'third.json', tinyModel.replace('4', '14'));
    await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('"kernelSize": 14'));
  });
});

test('a wrong shape is said at its layer, and the network stays until the new one can be', async () => {
  await opened(`${plain}#model?preset=lenet&device=cpu&draw=7.12`, async (page) => {
    await page.waitForFunction(() => /It reads/.test(document.querySelector('.said')?.textContent ?? ''));
    const before = await probabilities(page);
    await page.waitForSelector('.draft-layer');
    const fault = () =>
      page.$$eval('.draft-layer > .fault', (all) => all.map((each) => each.textContent ?? ''));
    const types = () =>
      page.$$eval('.draft-type', (all) => all.map((each) => (each as HTMLSelectElement).value));
    await press(page, 'Take layer 6 (flatten) away');
    assert.equal((await fault()).filter(Boolean), [
      'model lenet: layer 6 (linear): gets [16,7,7]; expected features; put a flatten layer before it',
    ]);
    assert.match((await fault())[6], 'gets [16,7,7]');
    await until(page, 'lenet stays in use until this one can be.');
    await press(page, 'Use this network');
    assert.equal(await probabilities(page), before);
    await page.click('[data-undo]');
    assert.equal((await fault()).filter(Boolean), []);
    // The keyboard moves a layer, and stays with it.
    await page.focus('.draft-layer:nth-child(2) .draft-type');
    await page.keyboard.down('Alt');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.up('Alt');
    assert.equal((await types()).slice(0, 3), ['conv2d', 'maxPool2d', 'relu']);
    assert.is(await page.evaluate(() => (document.activeElement as HTMLSelectElement).value), 'relu');
    // Letter by letter.
    const filters = '::-p-aria([name="outChannels"])';
    await page.click(filters, { count: 3 });
    await page.keyboard.press('Backspace');
    assert.match((await fault())[0], 'outChannels is missing; expected a whole number ≥ 1');
    await page.type(filters, '4');
    assert.equal((await fault()).filter(Boolean), []);
    const json = await page.$eval('textarea', (area) => area.value);
    assert.match(json, '"outChannels": 4, "kernelSize": 5');
    await page.click('.model-seed', { count: 3 });
    await page.keyboard.type('5');
    await press(page, 'Use this network');
    await until(page, 'This is the network in use, lenet.');
    await isAccessible(page);

    // A link opens the same network: another page draws the same weights.
    const link = await address(page, 'model=', 'seed=5', 'draw=7.12');
    const mine = await probabilities(page);
    assert.not.equal(mine, before);
    await opened(link, async (other) => {
      await said(other, (await page.$eval('.said', (each) => each.textContent))!);
      assert.equal(await probabilities(other), mine);
      await until(other, 'This is the network in use, lenet.');
    });
    // Back is to the view before, not to what was then in use.
    await page.evaluate(() => {
      location.hash = 'forward';
    });
    await address(page, '#forward?', 'model=');
    await page.goBack();
    await address(page, '#model?', 'model=', 'seed=5');
    assert.equal(await probabilities(page), mine);
    // Another network is edited from then on.
    await goTo(page, `${plain}#model?preset=tiny&device=cpu`);
    await until(page, 'This is the network in use, tiny.');
  });
});

/** What the page says of the three steps that follow. */
async function losses(page: Page): Promise<string> {
  await page.waitForSelector('::-p-aria([name="One step"])');
  for (const many of [1, 2, 3]) {
    await press(page, 'One step');
    await until(page, `last ${many} steps`, '.train-summary');
  }
  return page.$eval('.train-summary', (each) => each.textContent ?? '');
}

test('a link comes to the same losses, and another seed to others', async () => {
  const asked = `${plain}#train?preset=tiny&batch=8&lr=0.02&seed=7&images=100&device=cpu`;
  await opened(asked, async (page) => {
    const first = await losses(page);
    assert.match(first, /The loss was \d\.\d\d at first and is \d\.\d{3} in the last 3 steps/);
    const link = await address(page, 'batch=8', 'lr=0.02', 'seed=7', 'images=100');
    await goTo(page, asked.replace('seed=7', 'seed=8'));
    await until(page, 'No step is done yet.', '.train-summary');
    assert.is.not(await losses(page), first);
    await goTo(page, link);
    await until(page, 'No step is done yet.', '.train-summary');
    assert.is(await losses(page), first);
  });
});

test('JSON is taken letter by letter, code is of what is edited, and a malformed address is said in a sentence', async () => {
  await opened(`${plain}#model?preset=tiny&device=cpu`, async (page) => {
    await page.waitForSelector('textarea');
    const set = (text: string) =>
      page.$eval(
        'textarea',
        (area, text) => {
          area.value = text;
          area.dispatchEvent(new Event('input', { bubbles: true }));
        },
        text,
      );
    const before = await page.$eval('textarea', (area) => area.value);
    await set(before.slice(0, -5));
    await until(page, 'the layers stay as they were', 'section[aria-labelledby="json"] .fault');
    assert.is((await page.$$('.draft-layer')).length, 8);
    await set(tinyModel);
    await page.waitForFunction(() => document.querySelectorAll('.draft-layer').length === 3);
    await page.click('section[aria-labelledby="code"] summary');
    await until(page, 'nn.AvgPool2d(kernel_size=4),  # 0: 1×7×7', 'section[aria-labelledby="code"]');
    await until(page, 'nn.Linear(49, 10)', 'section[aria-labelledby="code"]');
    await goTo(page, `${plain}#model?preset=lenet&lr=fast`);
    await until(page, 'The address cannot be followed (lr fast: expected a number > 0)', '.notices');
    await address(page, '#forward?preset=tiny&device=');
  });
});

test('a run is shown with its curves, its mistakes and its data', async () => {
  await opened(run, async (page) => {
    await until(page, `run reads`);
    const text = await page.$eval('.run', (each) => (each as HTMLElement).innerText);
    assert.match(text, ` images right, with a loss of ${evaluated.loss.toFixed(4)}`);
    assert.match(text, 'batch 8');
    await page.waitForSelector('.train-plot canvas');
    await isAccessible(page);
    await page.click('.train-thumb, .train-confusion button');
    await page.waitForFunction(() => document.querySelectorAll('.train-thumb').length > 0);
    await page.click('.train-thumb');
    await page.waitForFunction(() => /It reads/.test(document.querySelector('.said')?.textContent ?? ''));
    await address(page, '#run?run=run&device=');
  });
});

test.run();
