// Devices by their names, and what is said where there is none.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { openDevice } from '../../../engine/devices/open.ts';
import { WasmDevice } from '../../../engine/devices/wasm/device.ts';
import { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import { openWebGpu } from '../../../engine/devices/webgpu/open.ts';
import { InkgradError } from '../../../engine/errors.ts';
import * as F from '../../../engine/functional.ts';
import { Tensor } from '../../../engine/tensor.ts';
import { provideSoftwareVulkan } from '../../../pipeline/node/devices/softwareAdapter.ts';
import { tempFolders } from '../../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

/** An error of one line with that code. */
async function refusal(action: () => Promise<unknown>, code?: string): Promise<string> {
  try {
    await action();
  } catch (error) {
    assert.instance(error, InkgradError);
    const { message, code: found } = error as InkgradError;
    assert.is(found, code);
    assert.not.match(message, '\n');
    return message;
  }
  return assert.unreachable('nothing was refused') as never;
}

test('each kind opens with its options, and computes', async () => {
  const cpu: CpuDevice = await openDevice('cpu', { floatType: 'float64' });
  assert.is(cpu.floatType, 'float64');
  const wasm: WasmDevice = await openDevice('wasm', { threads: 1 });
  assert.is(wasm.team.threads, 1);
  for (const device of [cpu, wasm]) {
    assert.equal(await F.mul(Tensor.from(device, [1, 2]), 3).toArray(), [3, 6]);
    device.close();
  }
});

async function takesWasm(): Promise<void> {
  const device = await openDevice('auto', { threads: 1 });
  assert.instance(device, WasmDevice);
  assert.is((device as WasmDevice).team.threads, 1);
  device.close();
}

test('a software adapter is for those who ask for webgpu; auto takes wasm', async () => {
  assert.ok(provideSoftwareVulkan());
  const gpu: WebGpuDevice = await openDevice('webgpu');
  assert.instance(gpu, WebGpuDevice);
  assert.ok(gpu.isSoftware);
  assert.equal(await F.mul(Tensor.from(gpu, [1, 2]), 3).toArray(), [3, 6]);
  gpu.close();
  await takesWasm();
});

/** In a process whose system has no adapter. */
async function child(): Promise<void> {
  const said =
    "webgpu: the npm package webgpu finds no adapter; install a driver (on Linux for Vulkan: mesa-vulkan-drivers), or use openDevice('wasm')";
  assert.is(await refusal(() => openDevice('webgpu'), 'no-adapter'), said);
  assert.is(await refusal(() => openWebGpu(), 'no-adapter'), said);
  await takesWasm();
  console.log('as it should be');
}

test('where there is no adapter webgpu says what to do, and auto takes wasm', () => {
  const VK_ICD_FILENAMES = join(folders.make({}).path, 'nowhere.json');
  const env = { ...process.env, VK_ICD_FILENAMES, OPEN_CHILD: '1' };
  // Dawn's own words can be led away where standard error is a pipe, which Node.js would make a socket.
  const command = `"${process.execPath}" "${process.argv[1]}" 2>&1 | cat`;
  const { stdout } = spawnSync('bash', ['-c', command], { env, encoding: 'utf8', timeout: 60_000 });
  assert.match(stdout, 'as it should be\n');
  assert.not.match(stdout, "Couldn't load Vulkan");
});

test('a browser without an adapter is told what to do', async () => {
  const gpu = { requestAdapter: async () => null } as unknown as GPU;
  const said =
    "webgpu: this browser offers no adapter; update it or the driver of the GPU, see chrome://gpu, or use openDevice('wasm')";
  assert.is(await refusal(() => openDevice('webgpu', { gpu }), 'no-adapter'), said);
});

test('an adapter that gives no device is told of, and auto goes on without it', async () => {
  const requestDevice = () => Promise.reject(new DOMException('the GPU process crashed', 'OperationError'));
  const adapter = { features: new Set(), limits: {}, requestDevice };
  const gpu = { requestAdapter: async () => adapter } as unknown as GPU;
  const said =
    "webgpu: the adapter gives no device (the GPU process crashed); update its driver, or use openDevice('wasm')";
  assert.is(await refusal(() => openWebGpu(gpu), 'no-adapter'), said);
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  try {
    const device = await openDevice('auto', { threads: 1 });
    assert.is(device.kind, 'wasm');
    device.close();
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', before);
  }
});

/** Neither a browser nor Node.js, nor a page that is isolated. */
async function elsewhere(body: () => Promise<void>): Promise<void> {
  const { process, SharedArrayBuffer: shared } = globalThis;
  Object.assign(globalThis, { process: undefined, SharedArrayBuffer: undefined });
  try {
    await body();
  } finally {
    Object.assign(globalThis, { process, SharedArrayBuffer: shared });
  }
}

test('where there is no navigator.gpu the line says so', () =>
  elsewhere(async () => {
    assert.is(
      await refusal(() => openWebGpu(), 'no-adapter'),
      "webgpu: there is no navigator.gpu here; use a browser with WebGPU and a page from https or localhost, or openDevice('wasm')",
    );
  }));

test('a page that is not isolated says once that it computes on one thread, and what headers give more', () =>
  elsewhere(async () => {
    const said: string[] = [];
    const { info } = console;
    console.info = (line: string) => void said.push(line);
    try {
      for (const threads of [1, 3, 3]) {
        const device = await openDevice('wasm', { threads });
        assert.is(device.team.threads, 1);
        device.close();
      }
    } finally {
      console.info = info;
    }
    assert.equal(said, [
      'inkgrad: this page is not cross-origin isolated, so wasm computes on one thread of 3; all of them need the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp',
    ]);
  }));

test('options in the place of a kind are told where they belong', async () => {
  assert.is(
    await refusal(() => openDevice({ threads: 1 } as never)),
    "openDevice: options where a kind belongs; write openDevice('auto', { … })",
  );
});

test('without the npm package WebGPU says what to install', async () => {
  const { path } = folders.make({});
  const outfile = join(path, 'dawn.mjs');
  // wgsl and kernels are no matter here: what is opened comes after the package.
  await build({
    ...{ entryPoints: ['engine/devices/webgpu/dawn.ts'], outfile, bundle: true, format: 'esm' },
    loader: { '.wgsl': 'text', '.wasm': 'binary' },
  });
  const { openDawn } = await import(pathToFileURL(outfile).href);
  const { message, code } = await openDawn().catch((error: unknown) => error);
  assert.match(
    message,
    /^webgpu: the npm package webgpu does not load \(Cannot find package 'webgpu'.*\); run npm install webgpu, or use another device$/,
  );
  assert.is(code, 'not-installed');
});

if (process.env.OPEN_CHILD === undefined) test.run();
else await child();
