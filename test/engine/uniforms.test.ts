// Where launch parameters lie: the layout that is read out of a shader, and what is written there.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { placeOf } from '../../engine/devices/webgpu/source.ts';
import { placeParams, uniformLayout } from '../../engine/devices/webgpu/uniforms.ts';
import { assertThrows } from '../support/compare.ts';

const shader = `// What stands in front.
struct Params {
  // Fields of several kinds, and no word of the text between them.
  count: u32, scale: f32,
  shape: array<vec4<u32>, 2>,
  offset: i32,
  corner: vec2<f32>,
}
@group(0) @binding(0) var<uniform> p: Params;
`;

const block = () => {
  const words = new Uint32Array(40);
  return { words, floats: new Float32Array(words.buffer) };
};

test('fields lie where WGSL has them: vectors at multiples of their length, the whole at multiples of 16 bytes', () => {
  const { fields, words } = uniformLayout(shader);
  assert.equal(
    fields.map(({ name, at, count }) => `${name} ${at} ${count}`),
    ['count 0 1', 'scale 1 1', 'shape 4 8', 'offset 12 1', 'corner 14 2'],
  );
  assert.is(words, 16);
});

test('numbers are written by name, as what the field is, and arrays are filled up with zeros', () => {
  const to = block();
  to.words.fill(7);
  const params = { corner: [0.5, -2], offset: -1, shape: [3, 5], scale: 0.25, count: -2 };
  placeParams(uniformLayout(shader), params, to, 16);
  assert.equal([...to.words.subarray(16, 18)], [0xfffffffe, 0x3e800000]);
  assert.equal([...to.words.subarray(20, 29)], [3, 5, 0, 0, 0, 0, 0, 0, 0xffffffff]);
  assert.equal([...to.floats.subarray(30, 32)], [0.5, -2]);
});

test('the block may stand where a program of one’s own has it', () => {
  for (const own of [
    '  struct Params { count: u32 }',
    'struct Params\n{\n  count: u32,\n}',
    '\tstruct  Params{count:u32}',
    'alias Item = f32; struct Params { count: u32 }',
  ]) {
    const { fields, words } = uniformLayout(`${own}\n@group(0) @binding(0) var<uniform> p: Params;`);
    assert.equal([fields.map(({ name, at }) => `${name} ${at}`), words], [['count 0'], 4], own);
  }
  for (const other of [
    '// struct Params { count: u32 }',
    '/* struct Params {\n a: u32 } */',
    'struct OwnParams { count: u32 }',
    'struct Params2 { a: u32 }',
  ])
    assert.is(uniformLayout(other).words, 0, other);
});

test('a shader without parameters takes none', () => {
  assert.equal(uniformLayout('@compute fn main() {}'), { fields: [], words: 0 });
});

test('names that are not those of the shader are refused', () => {
  const layout = uniformLayout('struct Params { count: u32, rank: u32 }');
  assertThrows(
    () => placeParams(layout, { count: 1 }, block(), 0),
    'shader: no value for the parameter rank',
  );
  assertThrows(
    () => placeParams(layout, { count: 1, rank: 2, rnak: 2 }, block(), 0),
    'shader: no parameter rnak in its struct Params',
  );
  assertThrows(
    () => uniformLayout('struct Params { on: bool }'),
    'shader: a parameter of type bool; expected u32, i32, f32, vectors of 2 or 4, or arrays of 4',
  );
});

test('a line of a program is told by the file that it comes from', () => {
  const program =
    'alias Item = f32;\n// line 1 of a.wgsl\nfirst\n// line 1 of b.wgsl\nother\n// line 3 of a.wgsl\nthird\nfourth';
  const places = program.split('\n').map((_, i) => placeOf(program, i + 1));
  assert.equal(places[0], { file: 'shader', line: 1 });
  assert.equal(
    [2, 4, 6, 7].map((i) => places[i]),
    [
      { file: 'a.wgsl', line: 1 },
      { file: 'b.wgsl', line: 1 },
      { file: 'a.wgsl', line: 3 },
      { file: 'a.wgsl', line: 4 },
    ],
  );
});

test.run();
