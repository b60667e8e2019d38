// What every op of the list must have: a kernel for each device, a gradient or the reason for none, and samples
// that reach borders.

import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { specOf, valuesOf } from '../../engine/check/samples.ts';
import type { Launch, Work } from '../../engine/devices/launch.ts';
import { gpuKernelOf } from '../../engine/devices/webgpu/kernels/index.ts';
import { placeOf } from '../../engine/devices/webgpu/source.ts';
import { plainTraits } from '../../engine/devices/webgpu/traits.ts';
import { uniformLayout } from '../../engine/devices/webgpu/uniforms.ts';
import type { DType } from '../../engine/dtype.ts';
import type { ListedOp, Sample } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import { Random } from '../../engine/random.ts';

/** WebGPU's limits that every adapter keeps. */
const MAX_GROUPS = 65_535;
const MAX_STORAGE_BINDINGS = 8;
/** Bytes of one launch's slot in the uniform buffer. */
const SLOT = 256;

const list = Object.entries<ListedOp>(ops);

/** Ops whose inputs have one shape only, so that none is empty. */
const ofOneShape = ['scaleStep'];

/** Inputs, outputs and launches of a sample, as the webgpu device makes them. */
function launchesOf(op: ListedOp, sample: Sample<object>) {
  const specs = sample.inputs.map(specOf);
  const inferred = op.infer(specs, sample.attrs);
  const split = specs.length - (op.inPlace ?? 0);
  const inputs = specs.slice(0, split);
  const outputs = op.inPlace === undefined ? inferred : specs.slice(split);
  const work = gpuKernelOf(op)(inputs, outputs, sample.attrs, plainTraits);
  const { launches, scratch }: Work = 'launches' in work ? work : { launches: work, scratch: [] };
  return { inputs, outputs, launches, scratch };
}

// ---- WGSL ------------------------------------------------------------------------------------------------

const withoutComments = (wgsl: string) => wgsl.replace(/\/\/.*$/gm, '');

const entryPoints = (wgsl: string): string[] =>
  [...withoutComments(wgsl).matchAll(/@compute\s+@workgroup_size\([\w\s,]+\)\s*fn\s+(\w+)\s*\(/g)].map(
    (match) => match[1],
  );

interface Binding {
  readonly index: number;
  readonly space: string;
  readonly name: string;
}

const bindingsOf = (wgsl: string): Binding[] =>
  [...withoutComments(wgsl).matchAll(/@group\(0\)\s*@binding\((\d+)\)\s*var<([\w\s,]+)>\s*(\w+)\s*:/g)].map(
    ([, index, space, name]) => ({ index: Number(index), space: space.replace(/\s/g, ''), name }),
  );

/** Bytes and alignment of the types that uniform blocks use (WGSL, "Memory Layout"). */
function layoutOf(type: string): { size: number; align: number } {
  const array = /^array<(.+),\s*(\d+)>$/.exec(type);
  if (array !== null) {
    const element = layoutOf(array[1]);
    return { size: element.size * Number(array[2]), align: element.align };
  }
  const layouts: Readonly<Record<string, { size: number; align: number }>> = {
    u32: { size: 4, align: 4 },
    i32: { size: 4, align: 4 },
    f32: { size: 4, align: 4 },
    'vec2<u32>': { size: 8, align: 8 },
    'vec4<u32>': { size: 16, align: 16 },
    'vec4<f32>': { size: 16, align: 16 },
  };
  const layout = layouts[type];
  assert.ok(layout, `no layout is known for the type ${type} of a uniform block`);
  return layout;
}

const up = (value: number, to: number) => Math.ceil(value / to) * to;

/** The fields of a shader's `struct Params`, and its bytes, rounded up as WGSL does. */
function paramsOf(wgsl: string): { names: string[]; size: number } {
  const body = /struct Params\s*\{([^}]*)\}/.exec(withoutComments(wgsl));
  assert.ok(body, 'the shader has no struct Params');
  let at = 0;
  let alignment = 16;
  const names: string[] = [];
  // Commas inside of <…> belong to a type.
  for (const member of body[1].split(/,(?![^<]*>)/).filter((text) => text.trim() !== '')) {
    const [name, type] = member.split(':').map((text) => text.trim());
    const { size, align } = layoutOf(type);
    names.push(name);
    at = up(at, align) + size;
    alignment = Math.max(alignment, align);
  }
  return { names, size: up(at, alignment) };
}

const isFloat = (wgsl: string, name: string) => new RegExp(`\\b${name}: (array<vec4<)?f32\\b`).test(wgsl);

function checkLaunch(op: ListedOp, launch: Launch, inputs: number, outputs: number, scratch: number): void {
  const { shader, entry, params, grid, reads, writes } = launch;
  assert.ok(entryPoints(shader).includes(entry), `no @compute entry point ${entry} in the shader`);

  const bindings = bindingsOf(shader);
  assert.equal(
    bindings.map(({ index }) => index),
    bindings.map((_, i) => i),
    'bindings are numbered from 0 without a gap',
  );
  assert.is(bindings[0].space, 'uniform', 'binding 0 is the uniform block');
  const operands = inputs + outputs + scratch;
  for (const index of [...(reads ?? []), ...(writes ?? [])])
    assert.ok(index >= 0 && index < operands, `binds operand ${index} of ${operands}`);
  for (const index of writes ?? []) assert.ok(index >= inputs, `writes input ${index}`);
  const bound = [
    ...Array<string>(reads?.length ?? inputs).fill('storage,read'),
    ...Array<string>(writes?.length ?? outputs).fill('storage,read_write'),
  ];
  const declared = bindings.slice(1).map(({ space }) => space);
  assert.ok(declared.length >= bound.length, `${declared.length} bindings for ${bound.length} buffers`);
  assert.equal(declared.slice(0, bound.length), bound, 'inputs are read-only, outputs read-write');
  // What the entry point itself uses must be bound: further bindings are another entry's.
  const body = entryBody(shader, entry);
  for (const { index, name } of bindings.slice(1 + bound.length)) {
    assert.not.match(
      body,
      new RegExp(`\\b${name}\\s*\\[`),
      `${entry} uses ${name}, binding ${index}, unbound`,
    );
  }
  assert.ok(bound.length <= MAX_STORAGE_BINDINGS, `${bound.length} storage bindings`);

  const { names, size } = paramsOf(shader);
  assert.ok(size <= SLOT, `a uniform block of ${size} bytes`);
  assert.is(4 * uniformLayout(shader).words, size);
  assert.equal(Object.keys(params).sort(), names.sort());
  for (const [name, value] of Object.entries(params)) {
    for (const number of [value].flat()) {
      const fits = Number.isInteger(number) && number >= -(2 ** 31) && number < 2 ** 32;
      assert.ok(fits || isFloat(shader, name), `parameter ${name} is ${number}, no 32-bit word`);
    }
  }
  for (const groups of grid) {
    assert.ok(Number.isInteger(groups) && groups >= 0 && groups <= MAX_GROUPS, `grid ${grid} of ${op.name}`);
  }
}

/** The text of one function of a shader. */
function entryBody(wgsl: string, name: string): string {
  const text = withoutComments(wgsl);
  const start = text.search(new RegExp(`fn\\s+${name}\\s*\\(`));
  const end = text.indexOf('\n}', start);
  return text.slice(start, end);
}

// ---- the list --------------------------------------------------------------------------------------------

test('the list has every op once', () => {
  assert.is(new Set(list.map(([, op]) => op)).size, list.length);
});

for (const [key, op] of list) {
  test(`${key}: its name is its key`, () => {
    assert.is(op.name, key);
    assert.match(op.name, /^[a-z][A-Za-z0-9]*$/);
  });

  test(`${key}: a gradient, or the reason for none`, () => {
    if (typeof op.grad === 'function') return;
    assert.type(op.grad.none, 'string');
    assert.match(op.grad.none, /\w+ \w+/, 'a reason has more than one word');
  });

  test(`${key}: five samples or more, all of them distinct and accepted`, () => {
    assert.ok(op.samples.length >= 5, `${op.samples.length} samples`);
    const distinct = new Set(op.samples.map((sample) => JSON.stringify(sample)));
    assert.is(distinct.size, op.samples.length, 'a sample stands there twice');
    for (const sample of op.samples) {
      const outputs = op.infer(sample.inputs.map(specOf), sample.attrs);
      assert.ok(outputs.length > 0, 'no output');
    }
  });

  test(`${key}: a sample that no tile divides, and an empty one`, () => {
    const axes = op.samples.map((sample) => [
      ...sample.inputs.map(specOf).flatMap(({ shape }) => shape),
      ...op.infer(sample.inputs.map(specOf), sample.attrs).flatMap(({ shape }) => shape),
    ]);
    // What 4 does not divide, 16 and 64 do not either.
    assert.ok(
      axes.some((lengths) => lengths.some((n) => n > 1 && n % 4 !== 0)),
      'no axis that 4 does not divide',
    );
    if (ofOneShape.includes(key)) return;
    assert.ok(
      axes.some((lengths) => lengths.includes(0)),
      'no axis of length 0',
    );
  });

  if (op.isView) {
    test(`${key}: keeps the number of elements and the type, since it shares the memory`, () => {
      const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
      for (const sample of op.samples) {
        const [x] = sample.inputs.map(specOf);
        const [y] = op.infer([x], sample.attrs);
        assert.is(size(y.shape), size(x.shape));
        assert.is(y.dtype, x.dtype);
      }
    });
    continue;
  }

  test(`${key}: a definition, and perhaps a CPU kernel, that writes all of its outputs`, () => {
    for (const kernel of [op.define, op.cpu ?? op.define]) {
      for (const sample of op.samples.filter(() => op.inPlace === undefined)) {
        const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array };
        const random = new Random(5);
        const inputs = sample.inputs.map((input) => {
          const { shape, data } = valuesOf(input, random);
          const dtype: DType = data instanceof Int32Array ? 'int32' : 'float32';
          return { shape, dtype, data: dtype === 'int32' ? data : Float32Array.from(data) };
        });
        const outputs = op.infer(inputs, sample.attrs).map(({ shape, dtype }) => {
          const data = new arrays[dtype](shape.reduce((product, n) => product * n, 1));
          // No sample gives these numbers.
          return { shape, dtype, data: data.fill(dtype === 'int32' ? -987_654_321 : Number.NaN) };
        });
        kernel(inputs, outputs, sample.attrs);
        for (const { data } of outputs) {
          assert.not.ok(Array.from(data).some((value) => Number.isNaN(value) || value === -987_654_321));
        }
      }
    }
  });

  test(`${key}: launches that fit their shader`, () => {
    const found = op.samples.map((sample) => launchesOf(op, sample));
    assert.ok(
      found.some(({ launches }) => launches.length > 0),
      'no sample launches anything',
    );
    for (const { inputs, outputs, launches, scratch } of found) {
      for (const launch of launches) {
        checkLaunch(op, launch, inputs.length, outputs.length, scratch.length);
      }
    }
  });

  test(`${key}: updates its last inputs in place, of the shapes that it infers, or says nothing`, () => {
    if (op.inPlace === undefined) return;
    for (const sample of op.samples) {
      const specs = sample.inputs.map(specOf);
      assert.equal(op.infer(specs, sample.attrs), specs.slice(specs.length - op.inPlace));
    }
    assert.is.not(typeof op.grad, 'function', 'what is overwritten has no gradient');
  });
}

test('every entry point of every shader is launched by some sample', () => {
  const declared = new Set<string>();
  const launched = new Set<string>();
  for (const op of list.map(([, value]) => value)) {
    for (const sample of op.samples) {
      for (const { shader, entry } of launchesOf(op, sample).launches) {
        // In front stands what was made for the launch.
        const file = shader.slice(shader.indexOf('// line 1 of '));
        for (const name of entryPoints(shader)) declared.add(`${name} of ${file}`);
        launched.add(`${entry} of ${file}`);
      }
    }
  }
  const idle = [...declared].filter((name) => !launched.has(name)).map((name) => name.slice(0, 200));
  assert.equal(idle, []);
});

test('a line of a program is that line of its file, also where an @unroll before it has many copies', () => {
  const programs = new Set<string>();
  for (const op of list.map(([, value]) => value)) {
    for (const sample of op.samples) {
      for (const { shader } of launchesOf(op, sample).launches) programs.add(shader);
    }
  }
  const sources = new Map<string, string[]>();
  let compared = 0;
  for (const program of programs) {
    program.split('\n').forEach((text, i) => {
      const { file, line } = placeOf(program, i + 1);
      if (file === 'shader' || text.startsWith('// line ') || text.trim() === '') return;
      if (!sources.has(file)) sources.set(file, readFileSync(`shaders/${file}`, 'utf8').split('\n'));
      const source = sources.get(file)![line - 1];
      // What is unrolled, or replaced by a text, differs from what stands in the file.
      if (source === undefined || !/[@$]|PLACE|FROM_LANE|THREAD_INDEX|EACH_/.test(source)) {
        assert.is(text.trim(), source?.trim(), `${file} line ${line}`);
        compared++;
      }
    });
  }
  assert.ok(compared > 1000, `${compared} lines`);
});

test.run();
