// The engine runs in a real browser, bundled for it as a web page would: ten training steps on WebGPU and on wasm in
// headless Chromium come to the losses that Node.js gives, and every op on wasm to those of the float64 kernels. So does the pipeline.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadMnist } from '../../pipeline/node/data/mnist.ts';
import { isStep, readMetrics } from '../../pipeline/node/runs/metrics.ts';
import { wgsl } from '../../scripts/wgsl.mjs';
import { launchChromium } from '../support/chromium.ts';
import { idx, inkgrad } from '../support/cli.ts';
import { closeDevices, devices } from '../support/devices.ts';
import { tempFolders } from '../support/tempFolders.ts';
import type { Fitted } from './digits.ts';
import type * as Page from './train.ts';
import { tenSteps } from './train.ts';

/** A page with the engine as a global. `platform: browser` fails the build on anything that only Node.js has. */
async function page(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['test/browser/train.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'inkgrad',
    platform: 'browser',
    target: 'es2022',
    loader: { '.wasm': 'binary' },
    plugins: [wgsl],
  });
  const script = outputFiles[0].text.replaceAll('</script', '<\\/script');
  return `<!doctype html><meta charset="utf-8"><title>inkgrad</title><script>${script}</script>`;
}

const html = await page();
const server = createServer(({ url }, response) => {
  response.setHeader('content-type', 'text/html');
  // Only a page that shares nothing with others may share memory with its workers.
  // https://developer.mozilla.org/docs/Web/API/Window/crossOriginIsolated
  if (url === '/isolated') {
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
  }
  response.end(html);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await launchChromium();

/** What a function of the page returns. WebGPU is only there on a page from a secure origin, which 127.0.0.1 is. */
async function ask<T>(path: '/' | '/isolated', call: string): Promise<T> {
  const tab = await browser.newPage();
  try {
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    return (await tab.evaluate(`inkgrad.${call}`)) as T;
  } finally {
    await tab.close();
  }
}

type Trained = Awaited<ReturnType<typeof Page.trainInBrowser>>;

async function assertLosses({ adapter, losses }: Trained): Promise<void> {
  assert.ok(adapter.length > 0);
  assert.is(losses.length, 10);
  assert.ok(losses[9] < losses[0] / 2, `the loss falls: ${losses}`);
  for (const device of devices) {
    const expected = await tenSteps(device);
    losses.forEach((loss, i) => {
      const error = Math.abs(loss - expected[i]) / expected[i];
      assert.ok(error < 1e-3, `step ${i + 1}: ${loss} in Chromium, ${expected[i]} on ${device.kind}`);
    });
  }
}

test('ten steps in Chromium on WebGPU give the losses of Node.js', async () => {
  await assertLosses(await ask<Trained>('/', 'trainInBrowser()'));
});

test('ten steps in Chromium on wasm give the losses of Node.js, with the same bits for one, two and three threads', async () => {
  const one = await ask<Trained>('/', 'trainOnWasm(2)');
  assert.match(one.adapter, '1 thread', 'a page that is not isolated has one thread');
  await assertLosses(one);
  for (const threads of [2, 3]) {
    const several = await ask<Trained>('/isolated', `trainOnWasm(${threads})`);
    assert.match(several.adapter, `${threads} threads`);
    assert.equal(several.losses, one.losses);
  }
});

// ---- The pipeline: digits from IDX files, through the recipe for handwriting ------------------------------------------

const folders = tempFolders();
test.after(() => folders.remove());

const few = <T extends Uint8Array | Int32Array>(values: T, count: number): Uint8Array =>
  Uint8Array.from(values.subarray(0, count));

test('lenet is trained in Chromium by the same loop to the losses of the command line', async () => {
  const { train, test: held } = loadMnist();
  const [count, tested] = [160, 20];
  const images = few(train.images, count * 784);
  const labels = few(train.labels, count);
  const { path } = folders.make({
    'train-images-idx3-ubyte': idx([count, 28, 28], images),
    'train-labels-idx1-ubyte': idx([count], labels),
    't10k-images-idx3-ubyte': idx([tested, 28, 28], few(held.images, tested * 784)),
    't10k-labels-idx1-ubyte': idx([tested], few(held.labels, tested)),
  });
  const out = join(path, 'run');
  const flags = '--preprocess handwriting --epochs 2 --batch 16 --seed 7 --validation 0.2 --device cpu';
  const { code, stderr } = await inkgrad(['train', '--data', path, '--out', out, ...flags.split(' ')]);
  assert.is(code, 0, stderr);
  const metrics = readMetrics(join(out, 'metrics.jsonl'));
  const expected = metrics.filter(isStep).map(({ loss }) => loss);
  assert.is(expected.length, 18);

  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const settings = { epochs: 2, batch: 16, seed: 7, validation: 0.2 };
  const digits = { images: base64(images), labels: base64(labels), classes: train.classes, settings };
  for (const kind of ['wasm', 'webgpu']) {
    const fitted = await ask<Fitted>('/', `fitInBrowser('${kind}', ${JSON.stringify(digits)})`);
    assert.is(fitted.losses.length, expected.length);
    fitted.losses.forEach((loss, i) => {
      const error = Math.abs(loss - expected[i]) / expected[i];
      assert.ok(
        error < 1e-3,
        `step ${i + 1}: ${loss} on ${kind} in Chromium, ${expected[i]} on the command line`,
      );
    });
    const scores = metrics.flatMap((metric) => ('validation' in metric ? [metric.validation] : []));
    assert.equal(
      fitted.validation.map(({ accuracy }) => accuracy),
      scores.map(({ accuracy }) => accuracy),
    );
  }
});

const checked = await ask<Page.Checked[]>('/isolated', 'checkOps()');

for (const { name, error, tolerance } of checked) {
  test(`${name} on wasm in Chromium equals float64`, () => {
    assert.ok(error <= tolerance, `relative error ${error}`);
  });
}

test.after(async () => {
  await browser.close();
  server.close();
  closeDevices();
});
test.run();
