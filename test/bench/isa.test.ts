// What is read in machine code and in what Dawn prints, on texts recorded from both; and what is said where a tool is
// missing. RADV itself is asked where it is installed, or unpacked in $MESA_FOLDER.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hottestLoop, shareOf } from '../../bench/isa/assembly.ts';
import { boundOf } from '../../bench/isa/bound.ts';
import { compiledFrom } from '../../bench/isa/compiled.ts';
import { spirvIn } from '../../bench/isa/dump.ts';
import { kernelsWith } from '../../bench/isa/kernels.ts';
import { expectMesa } from '../../bench/isa/probe.ts';
import * as report from '../../bench/isa/report.ts';
import { benchIsa } from '../../bench/isa/run.ts';
import { findTools } from '../../bench/isa/tools.ts';
import type { TilingName } from '../../engine/devices/webgpu/kernels/tilings.ts';
import { tilings } from '../../engine/devices/webgpu/kernels/tilings.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);
const recorded = (name: string) => readFileSync(join('test/bench/isa', name), 'utf8');

test('of a loop the instructions are counted by kind', () => {
  const { loop, whole, ...numbers } = compiledFrom(recorded('halves.navi31.txt'));
  assert.equal(numbers, {
    ...{ vgprs: 12, sgprs: 128, spills: 0, waves: 32, lanes: 64, lds: 0, code: 352, compile: 2345 },
  });
  // A quotient of unknown numbers costs a reciprocal and two integer products; scalar products are not among them.
  const { instructions: _, ...counted } = loop!;
  assert.equal(counted, { vector: 20, multiplyAdds: 2, slow: 3, shared: 0, memory: 2 });
  assert.is(shareOf(loop!), 0.1);
});

test('what has no loop has no hottest one, and is counted whole', () => {
  const { loop, whole } = compiledFrom(recorded('twice.navi31.txt'));
  assert.is(loop, null);
  assert.equal([whole.vector, whole.multiplyAdds, whole.memory], [5, 0, 2]);
});

test('a share is one of the peak: RDNA 3 does half with subgroups of 32', () => {
  const halves = compiledFrom(recorded('halves.navi31.txt'));
  const bounds = [64, 32].flatMap((lanes) =>
    (['navi31', 'navi21'] as const).map((gpu) => boundOf(gpu, { ...halves, lanes })),
  );
  assert.equal(bounds, [0.1, 0.1, 0.05, 0.1]);
});

/** A loop of these instructions; the rest of the program is none. */
const looping = (...code: string[]) => hottestLoop(['BB0:', ...code, 's_cbranch_scc0 BB0 ; bfa1'].join('\n'));

const multiplyAdds: readonly (readonly [string, number])[] = [
  ['v_fmac_f32_e32 v1, v4, v9 ; 56021304', 1],
  ['v_fma_f32 v2, s10, 0.5, v2', 1],
  ['v_fmaak_f32 v2, s10, v1, 0x3f800000', 1],
  ['v_mad_f32 v1, v2, v3, v4', 1],
  ['v_dual_fmac_f32 v1, v2, v3 :: v_dual_fmac_f32 v4, v5, v6', 2],
  ['v_dual_fmac_f32 v1, v2, v3 :: v_dual_mov_b32 v4, v5', 1],
  ['v_pk_fma_f16 v1, v2, v3, v1', 1],
  ['v_mul_f32_e32 v1, v2, v3 ; v_fma_f32', 0],
  ['v_mad_u32_u24 v1, v2, v3, v4', 0],
];
for (const [line, expected] of multiplyAdds) {
  test(`${line} is one instruction with ${expected} multiply-adds`, () => {
    const loop = looping(line)!;
    assert.equal([loop.vector, loop.multiplyAdds], [1, expected]);
  });
}

const slow: readonly (readonly [string, number])[] = [
  ['v_mul_lo_u32 v5, v4, s3', 1],
  ['v_mul_hi_i32 v5, v4, s3', 1],
  ['v_mad_u64_u32 v[0:1], null, v2, v3, v[4:5]', 1],
  ['v_rcp_iflag_f32_e32 v3, v3', 1],
  ['v_fma_f64 v[0:1], v[2:3], v[4:5], v[0:1]', 1],
  ['v_mul_u32_u24_e32 v1, v2, v3', 0],
  ['v_mul_hi_u32_u24_e32 v1, v2, v3', 0],
  ['s_mul_hi_u32 s9, s8, s9', 0],
  ['v_ldexp_f32 v1, v2, v3', 0],
];
for (const [line, expected] of slow) {
  test(`${line} is ${expected === 1 ? '' : 'not '}slow`, () => assert.is(looping(line)!.slow, expected));
}

test('of several loops the one with the most multiply-adds counts, the inner where they are equal', () => {
  const inner = ['BB1:', 'v_fma_f32 v1, v1, v1, v1', 's_cbranch_vccnz BB1'];
  const other = ['BB3:', ...Array(5).fill('v_mov_b32_e32 v1, v2'), 's_cbranch_execnz BB3'];
  const loop = hottestLoop(['BB0:', 'v_mov_b32_e32 v1, 0', ...inner, 's_branch BB0', ...other].join('\n'));
  assert.equal([loop?.instructions, loop?.multiplyAdds], [2, 1]);
});

test('a driver that tells too little is no RADV', () => {
  const printed = recorded('halves.navi31.txt');
  assert.throws(() => compiledFrom(printed.replace(/^statistic VGPRs.*\n/m, '')), /tells no "VGPRs"/);
  assert.throws(() => compiledFrom(printed.split('assembly\n')[0]), /shows no machine code/);
});

test('an older Mesa, or another driver, is refused with what to do', () => {
  expectMesa(recorded('halves.navi31.txt'));
  for (const driver of ['Mesa 22.3.6', 'SwiftShader driver', '']) {
    const told = driver || 'unknown';
    const words = new RegExp(`the driver is ${told}; expected Mesa 25 or later: install .*--mesa`);
    assert.throws(() => expectMesa(`device x\ndriver ${driver}\n`), words);
  }
});

test('modules are told apart by the function that they are called by, and end where SPIR-V ends', () => {
  const modules = spirvIn(recorded('dump.txt'));
  assert.equal([...modules.keys()], ['halves', 'twice']);
  for (const { entry, bindings, text } of modules.values()) {
    assert.is(entry, 'dawn_entry_point');
    assert.is(bindings, 'uss');
    assert.match(text, /OpCapability Shader/);
    assert.match(text.trimEnd(), /OpFunctionEnd$/);
    // Older assemblers do not know it, and WGSL is none of it.
    assert.not.match(text, /MaximallyReconverges|maximal_reconvergence|Dumped/);
  }
});

test('every contraction of the networks and the products is there, with a tiling for hardware', () => {
  const names = kernelsWith('').map(({ name }) => name);
  const convolutions = (model: string, count: number, ...fused: string[]) =>
    Array.from({ length: count }, (_, i) =>
      ['forward', ...fused, 'input grad', 'weight grad'].map((what) => `${model} conv${i + 1} ${what}`),
    ).flat();
  const wanted = [
    ...[512, 1024, 2048, 4096].map((side) => `matmul ${side}³`),
    ...convolutions('lenet', 2, 'relu pool forward'),
    ...convolutions('cnn', 2),
    ...convolutions('vgg', 5),
    ...['lenet', 'cnn', 'vgg'].flatMap((model) =>
      ['forward', 'input grad', 'weight grad'].map((what) => `${model} linear1 ${what}`),
    ),
  ];
  assert.equal(
    wanted.filter((name) => !names.includes(name)),
    [],
  );
  assert.is(new Set(names).size, names.length);
  assert.equal(
    names.filter((name) => /bias grad|bias add|pool\d|softmax/.test(name)),
    [],
  );
});

test('with all tilings the chosen one comes first, and each is made by itself', () => {
  const kernels = kernelsWith('CONV2 weight', { all: true });
  const of = (name: string) => kernels.filter((kernel) => kernel.name === name);
  for (const { name } of kernelsWith('conv2 weight')) {
    assert.equal(
      of(name).map(({ chosen }) => chosen),
      [true, ...Array(of(name).length - 1).fill(false)],
    );
    assert.ok(of(name).length > 1, name);
    assert.is(new Set(of(name).map(({ shader }) => shader)).size, of(name).length, name);
  }
  assert.ok(kernels.every(({ tiling }) => tilings[tiling as TilingName].shader !== 'contractMatrix'));
});

test('with factors of f16 the same tilings are other shaders', () => {
  const [halves, floats] = [true, false].map((each) => kernelsWith('cnn conv', { halves: each }));
  assert.equal(
    halves.map(({ tiling }) => tiling),
    floats.map(({ tiling }) => `${tiling} f16`),
  );
  assert.ok(halves.every(({ shader }) => shader.includes('alias Factor = f16;')));
});

test('a text that no name has is refused with the words there are', () => {
  assert.throws(() => kernelsWith('xyzzy'), /--only xyzzy: no kernel .* words are matmul .*vgg/);
});

/** A folder in which these files are, as packages leave them. */
const unpacked = (...files: string[]) =>
  folders.make(Object.fromEntries(files.map((name) => [`usr/${name}`, '']))).path;
const [driver, assembler, headers] = [
  'share/vulkan/icd.d/radeon_icd.x86_64.json',
  'bin/spirv-as',
  'include/vulkan/vulkan.h',
];
const compiler = 'bin/cc';
const lacks: readonly (readonly [string, string[], RegExp])[] = [
  [
    'RADV',
    [assembler, compiler, headers],
    /missing in .*: Mesa's RADV, 25 or later: install mesa-vulkan-drivers/,
  ],
  ['spirv-as', [driver, compiler, headers], /: spirv-as: install spirv-tools; or unpack/],
  ['a C compiler', [driver, assembler, headers], /: a C compiler: install gcc; or unpack/],
  ['headers', [driver, assembler, compiler], /: vulkan\/vulkan\.h: install libvulkan-dev; or unpack/],
  ['all of it', ['share/x'], /RADV.*; spirv-as.*; a C compiler.*; vulkan.*--mesa$/],
];
for (const [what, files, words] of lacks) {
  test(`without ${what} one line says so`, () => {
    assert.throws(() => findTools(unpacked(...files), ''), words);
  });
}

test('what is unpacked is found there', () => {
  const mesa = unpacked(driver, assembler, compiler, headers, 'lib/x86_64-linux-gnu/libvulkan.so');
  const tools = findTools(mesa, '');
  assert.is(tools.driver, join(mesa, 'usr', driver));
  assert.equal(tools.headers, [join(mesa, 'usr/include')]);
  assert.ok(tools.libraries.includes(join(mesa, 'usr/lib/x86_64-linux-gnu')));
});

test('a probe that does not compile is told in a line, with what the compiler says', async () => {
  const mesa = unpacked(driver, assembler, headers);
  const cc = join(mesa, 'usr', compiler);
  mkdirSync(join(mesa, 'usr/bin'), { recursive: true });
  writeFileSync(cc, '#!/bin/sh\necho "probe.c:8: fatal error: vulkan/vulkan.h: empty" >&2\nexit 1\n');
  chmodSync(cc, 0o755);
  const asked = benchIsa({ ...{ kernels: kernelsWith('512'), gpus: ['navi31'] }, mesa, dumper: '' });
  const error = await asked.then(
    () => null,
    (thrown: Error) => thrown,
  );
  assert.match(
    error!.message,
    /cannot compile the probe: probe\.c:8: fatal error: .*; install libvulkan-dev$/,
  );
  assert.is(error!.message.split('\n').length, 1);
});

test('figures that the guards change are given twice', () => {
  const [fast, checked] = ['halves', 'twice'].map((name) => compiledFrom(recorded(`${name}.navi31.txt`)));
  const row = {
    ...{ kernel: 'k', engine: 'inkgrad', tiling: 't', chosen: true },
    ...({ gpu: 'navi31', fast, hardware: fast, checked } as const),
  };
  const cells = report.cells(row);
  assert.is(cells.length, report.head.length);
  assert.equal(cells.slice(3, 7), ['0.10', '0.10', '0.00', '3 / 0']);
  assert.is(cells[report.head.indexOf('spills')], '0');
  const failed = report.cells({ ...row, checked: { failed: 'bench isa: SIGSEGV' } });
  assert.is(failed[5], 'SIGSEGV');
  assert.match(report.markdown({ driver: 'Mesa 25.0.7', rows: [row] }), /\| +0\.10 \| +0\.10 \| +0\.00 \|/);
});

/** Where RADV is, if it is anywhere. */
const mesa = process.env.MESA_FOLDER;
const isHere = (() => {
  try {
    findTools(mesa);
    return true;
  } catch {
    return false;
  }
})();
if (!isHere)
  console.log('RADV is not installed: it is not asked (unpack Mesa 25, and name the folder in MESA_FOLDER)');
else {
  test('RADV compiles a product for three GPUs', async () => {
    const measured = await benchIsa({
      ...{ kernels: kernelsWith('matmul 512'), gpus: ['navi31', 'navi21', 'vega10'] },
      ...{ mesa, dumper: join('dist', 'isa-dumper.js') },
    });
    assert.match(measured.driver, /^Mesa \d+/);
    assert.equal(
      measured.rows.map(({ gpu }) => gpu),
      ['navi31', 'navi21', 'vega10'],
    );
    for (const { gpu, fast, hardware, checked } of measured.rows) {
      for (const outcome of [fast, hardware, checked]) {
        assert.ok('loop' in outcome && outcome.loop !== null);
        // A tile of 128×128 by 256 threads is 64 products for each; eight steps, where they are unrolled.
        assert.is(outcome.loop.multiplyAdds, gpu === 'vega10' ? 64 : 512);
        assert.is(outcome.spills, 0);
        assert.ok(shareOf(outcome.loop) > 0.5 && shareOf(outcome.loop) <= 1);
      }
    }
  });
}

test.run();
