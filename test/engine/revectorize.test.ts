// The builds of the kernels with wide tiles, for V8 that joins pairs of vectors in AVX registers: their bits are those of the
// others. Whether pairs are joined depends on Node.js; TEST_NODES names further programs (paths with `:` between them) that
// train with and without, as the one of the tests does.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { forward } from '../../engine/check/gradcheck.ts';
import { onDevice, sampleValues } from '../../engine/check/samples.ts';
import { newCounters } from '../../engine/devices/capture/counters.ts';
import { WasmDevice } from '../../engine/devices/wasm/device.ts';
import { newMemory, WasmMemory } from '../../engine/devices/wasm/memory.ts';
import { openWasm } from '../../engine/devices/wasm/open.ts';
import { Team } from '../../engine/devices/wasm/team.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import type { ListedOp } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';

const builds = ['plain', 'relaxed', 'wide', 'wide-relaxed'];
const bytesOf = (build: string) => readFileSync(join('wasm/build', `${build}.wasm`));

/** A device with one of the builds, on one thread. */
async function openBuild(build: string): Promise<WasmDevice> {
  const counters = newCounters();
  const memory = new WasmMemory(newMemory(), counters);
  const module = await WebAssembly.compile(bytesOf(build));
  const team = await Team.start(module, memory, { threads: 1, spawn: null, maySleep: true });
  const about = { features: build, poison: true, asked: 1 };
  return new WasmDevice(team, memory, counters, { winograd: true }, about);
}

/** Runs on both, and compares bit for bit. */
async function expectSame(
  devices: readonly WasmDevice[],
  name: string,
  run: (device: WasmDevice) => Tensor[],
) {
  const [expected, actual] = await Promise.all(
    devices.map(async (device) => {
      const outputs = noGrad(() => scope(() => run(device)));
      const values = await Promise.all(outputs.map((tensor) => tensor.read()));
      for (const tensor of outputs) tensor.dispose();
      return values.map((numbers) => new Int32Array(numbers.buffer, numbers.byteOffset, numbers.length));
    }),
  );
  for (const [i, bits] of expected.entries()) {
    const at = bits.findIndex((word, k) => word !== actual[i][k]);
    assert.is(at, -1, `${name}: output ${i} differs at ${at}`);
  }
}

const devices = await Promise.all(['plain', 'wide'].map(openBuild));

/** Numbers without an order that rounding would hide. */
const noise = (device: WasmDevice, shape: readonly number[], seed: number) => {
  const length = shape.reduce((product, n) => product * n, 1);
  return Tensor.from(
    device,
    Float32Array.from({ length }, (_, i) => Math.sin(seed + 12.9898 * i)),
    shape,
  );
};

test('every op gives the same bits in both builds', async () => {
  for (const op of Object.values<ListedOp>(ops)) {
    for (const [i, sample] of op.samples.entries()) {
      const values = sampleValues(sample, i);
      await expectSame(devices, `${op.name} #${i}`, (device) =>
        forward(
          device,
          op,
          values.map((each) => onDevice(device, each)),
          sample.attrs,
        ),
      );
    }
  }
});

for (const [m, k, n] of [
  [64, 512, 64],
  [33, 700, 47],
  [5, 2100, 17],
  [130, 40, 1],
  [3, 9, 300],
]) {
  test(`products of ${m}×${k} and ${k}×${n} numbers are the same in every layout`, async () => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        await expectSame(devices, `${transposeA} ${transposeB}`, (device) => [
          F.matmul(
            noise(device, transposeA ? [k, m] : [m, k], 1),
            noise(device, transposeB ? [n, k] : [k, n], 2),
            { transposeA, transposeB },
          ),
        ]);
      }
    }
  });
}

for (const [channels, filters, side, kernel, padding] of [
  [1, 8, 28, 5, 0],
  [8, 16, 12, 5, 2],
  [3, 5, 19, 4, 1],
  [24, 20, 26, 3, 0],
  [9, 12, 13, 3, 1],
  [300, 3, 9, 3, 1],
]) {
  test(`convolutions of ${channels} channels with ${filters} filters of ${kernel}×${kernel} are the same`, async () => {
    const image = [3, channels, side, side];
    const [stride, dilation, groups] = [[1, 1] as const, [1, 1] as const, 1];
    const window = { stride, dilation, groups, padding: [padding, padding, padding, padding] as const };
    const out = side + 2 * padding - kernel + 1;
    await expectSame(devices, 'forward and gradients', (device) => {
      const x = noise(device, image, 3);
      const w = noise(device, [filters, channels, kernel, kernel], 4);
      const g = noise(device, [3, filters, out, out], 5);
      return [
        F.conv2d(x, w, noise(device, [filters], 6), { padding }),
        F.conv2dInputGrad(g, w, { ...window, image: [side, side] }),
        F.conv2dWeightGrad(x, g, { ...window, kernel: [kernel, kernel] }),
      ];
    });
  });
}

/** The parameters and results of the functions of a module, as one list of value types each. */
function signatures(bytes: Uint8Array): number[][] {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const list = <T>(read: () => T): T[] => Array.from({ length: number() }, read);
  const type = () => bytes[at++];
  const sections = new Map<number, unknown[]>();
  while (at < bytes.length) {
    const [id, length] = [bytes[at++], number()];
    const end = at + length;
    // Types, then which of them each function has.
    if (id === 1)
      sections.set(
        id,
        list(() => [type(), ...list(type), ...list(type)].slice(1)),
      );
    if (id === 3) sections.set(id, list(number));
    at = end;
  }
  const types = sections.get(1) as number[][];
  return (sections.get(3) as number[]).map((index) => types[index]);
}

const V128 = 0x7b;

test('no kernel hands vectors to a function: V8 13 ends the process where one of a pair is', () => {
  for (const build of builds) {
    const found = signatures(bytesOf(build));
    assert.ok(found.length > 50, build);
    assert.ok(
      found.every((types) => !types.includes(V128)),
      build,
    );
  }
});

test('an option turns pairs off, and what cannot have them says nothing', async () => {
  const device = await openWasm({ threads: 1, revectorize: false });
  assert.match(device.adapter, /^WebAssembly (relaxed )?SIMD, 1 thread$/);
  device.close();
});

const library = JSON.stringify(pathToFileURL(resolve('dist/lib')).href);

/** Compiles every build in pairs, trains with and without, and prints the adapters and whether the weights are the same. */
const program = `
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
const { openWasm } = await import(${library} + '/wasm.js');
const { backward, F, optim, Tensor } = await import(${library} + '/index.js');
const { buildModel } = await import(${library} + '/models.js');
const weights = async (name, revectorize, relaxed) => {
  const device = await openWasm({ threads: 2, relaxed, revectorize });
  const model = buildModel(name, { classes: 10, device, seed: 5 });
  model.train(true);
  const optimizer = new optim.Adam(model.parameters().values(), { lr: 0.002 });
  const x = Tensor.from(device, Float32Array.from({ length: 12 * 784 }, (_, i) => Math.sin(i * i)), [12, 1, 28, 28]);
  const labels = Tensor.from(device, Int32Array.from({ length: 12 }, (_, i) => i % 10));
  const step = await device.capture(() => {
    const loss = F.crossEntropy(model.forward(x), labels);
    backward(loss);
    optimizer.apply();
    optimizer.zeroGrad();
    return [loss];
  });
  for (let i = 0; i < 3; i++) {
    optimizer.advance();
    step.run();
  }
  const state = await Promise.all([...model.state()].map(([, tensor]) => tensor.read()));
  device.close();
  return [device.adapter, state.map(String).join()];
};
const canFuse = WebAssembly.validate(readFileSync('wasm/build/relaxed.wasm'));
const told = [];
for (const name of ['lenet', 'cnn']) {
  for (const relaxed of canFuse ? [false, true] : [false]) {
    const [on, off] = [await weights(name, true, relaxed), await weights(name, false, relaxed)];
    told.push([name, on[0], off[0], on[1] === off[1]]);
  }
}
if (told[0][1].includes('AVX')) {
  for (const flag of ['--experimental-wasm-revectorize', '--no-liftoff', '--no-wasm-lazy-compilation']) setFlagsFromString(flag);
  for (const build of ${JSON.stringify(builds)}) new WebAssembly.Module(readFileSync('wasm/build/' + build + '.wasm'));
}
console.log(JSON.stringify({ v8: process.versions.v8, told }));
`;

for (const node of [process.execPath, ...(process.env.TEST_NODES ?? '').split(delimiter).filter(Boolean)]) {
  test(`networks train to the same bits with pairs and without in ${node}`, () => {
    const { status, stdout, stderr } = spawnSync(node, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    assert.is(status, 0, stderr);
    assert.is(stderr, '');
    const { v8, told } = JSON.parse(stdout);
    for (const [name, on, off, isSame] of told) {
      assert.ok(isSame, `${name}: ${on}`);
      assert.not.match(off, /AVX/);
      if (!v8.startsWith('13.6.')) assert.is(on, off);
    }
  });
}

test.after(() => {
  for (const device of devices) device.close();
});

test.run();
