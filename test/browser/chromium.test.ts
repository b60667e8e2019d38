// The engine runs in a real browser, bundled for it as a web page would: ten training steps on WebGPU in
// headless Chromium come to the losses that Node.js gives.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { launchChromium } from '../support/chromium.ts';
import { closeDevices, devices } from '../support/devices.ts';
import { tenSteps, type trainInBrowser } from './train.ts';

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
    loader: { '.wgsl': 'text' },
  });
  const script = outputFiles[0].text.replaceAll('</script', '<\\/script');
  return `<!doctype html><meta charset="utf-8"><title>inkgrad</title><script>${script}</script>`;
}

test('ten steps in Chromium on WebGPU give the losses of Node.js', async () => {
  const html = await page();
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage();
    const { port } = server.address() as AddressInfo;
    // WebGPU is only there on a page from a secure origin, which 127.0.0.1 is.
    await tab.goto(`http://127.0.0.1:${port}/`);
    const { adapter, losses } = (await tab.evaluate('inkgrad.trainInBrowser()')) as Awaited<
      ReturnType<typeof trainInBrowser>
    >;
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
  } finally {
    await browser.close();
    server.close();
  }
});

test.after(closeDevices);
test.run();
