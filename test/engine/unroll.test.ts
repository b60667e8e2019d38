// How a shader is unrolled: the text that comes out.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expand } from '../../engine/devices/webgpu/kernels/unroll.ts';
import { InkgradError } from '../../engine/errors.ts';
import { assertThrows } from '../support/compare.ts';

/** The text without the line of constants in front, and with single spaces. */
const body = (source: string, constants: Readonly<Record<string, number | boolean | string>> = {}) =>
  expand(source, constants)
    .replace(/^const .*$/gm, '')
    .replace(/\s+/g, ' ')
    .trim();

test('a block stands for its copies, with the number of each', () => {
  assert.is(body('@unroll(i, 3) { let x$i = a[$iu]; }'), 'let x0 = a[0u]; let x1 = a[1u]; let x2 = a[2u];');
});

test('a count is a number or a constant', () => {
  assert.is(body('@unroll(i, COUNT) { f($i); }', { COUNT: 2 }), 'f(0); f(1);');
  assert.is(body('@unroll(i, 1) { f($i); }'), 'f(0);');
  assert.is(body('a @unroll(i, COUNT) { f($i); } b', { COUNT: 0 }), 'a b');
});

test('what stands around a block stays, and so do blocks of WGSL itself', () => {
  assert.is(
    body('fn f() { @unroll(i, 2) { if (x > $iu) { y += $iu; } else { y = 0u; } } return; }'),
    'fn f() { if (x > 0u) { y += 0u; } else { y = 0u; } if (x > 1u) { y += 1u; } else { y = 0u; } return; }',
  );
  assert.is(body('fn f() { if (a) { b(); } }'), 'fn f() { if (a) { b(); } }');
});

test('blocks stand one after the other', () => {
  assert.is(body('@unroll(i, 2) { a$i; } @unroll(i, 2) { b$i; } c;'), 'a0; a1; b0; b1; c;');
});

test('a block inside of another is copied for each of its copies', () => {
  assert.is(
    body('@unroll(i, 2) { row$i; @unroll(j, COUNT) { x$i_$j = $iu * 3u + $ju; } end$i; }', { COUNT: 2 }),
    'row0; x0_0 = 0u * 3u + 0u; x0_1 = 0u * 3u + 1u; end0; row1; x1_0 = 1u * 3u + 0u; x1_1 = 1u * 3u + 1u; end1;',
  );
  assert.is(
    body('@unroll(r, 1) { @unroll(i, 2) { @unroll(q, 2) { s$r_$i_$q; } } }'),
    's0_0_0; s0_0_1; s0_1_0; s0_1_1;',
  );
});

/** `${i+1}`, which would be taken for a part of a template. */
const after = (name: string) => `\${${name}+1}`;

test('the number after that of a copy has a name too', () => {
  assert.is(
    body(`@unroll(t, 2) { let v$t = vec2<f32>(x$t, x${after('t')}); }`),
    'let v0 = vec2<f32>(x0, x1); let v1 = vec2<f32>(x1, x2);',
  );
  assert.is(
    body(`@unroll(q, 2) { @unroll(t, 2) { a$q_${after('t')} = b${after('q')}_$t; } }`),
    'a0_1 = b1_0; a0_2 = b1_1; a1_1 = b2_0; a1_2 = b2_1;',
  );
});

test('numbers and truth values become constants of WGSL in front', () => {
  assert.is(
    expand('x', { ROWS: 4, BIAS: true, RELU: false }),
    'const ROWS = 4u;\nconst BIAS = true;\nconst RELU = false;\nx',
  );
});

test('text takes the place of its name, everywhere, and may be unrolled in its turn', () => {
  assert.is(
    body('NAME(1); NAME(2);', { NAME: 'subgroupBroadcast' }),
    'subgroupBroadcast(1); subgroupBroadcast(2);',
  );
  assert.is(body('a; GONE b;', { GONE: '' }), 'a; b;');
  assert.is(body('EACH', { EACH: '@unroll(i, 2) { f($i); }' }), 'f(0); f(1);');
});

test('a block without its closing brace is refused', () => {
  for (const source of [
    '@unroll(i, 2) { x$i;',
    '@unroll(i, 2) { if (a) { b(); }',
    '@unroll(i, 2) { @unroll(j, 2) { x; }',
    '@if(POOL) { x;',
  ]) {
    const message = 'shader: an @unroll or @if block without its closing brace';
    assert.instance(
      assertThrows(() => expand(source, {}), message),
      InkgradError,
    );
  }
});

test('a count that is no number is refused by its name', () => {
  assert.instance(
    assertThrows(
      () => expand('@unroll(i, ROWS) { x$i; }', {}),
      'shader: @unroll over ROWS, which is no number',
    ),
    InkgradError,
  );
  assertThrows(() => expand('@unroll(i, ROWS) { x$i; }', { ROWS: 1.5 }), /@unroll over ROWS/);
});

test('a block of a flag stays where the flag is set, or not set, and is gone elsewhere', () => {
  const source = 'a; @if(POOL) { b; } @if(!POOL) { c; } d;';
  assert.is(body(source, { POOL: true }), 'a; b; d;');
  assert.is(body(source, { POOL: false }), 'a; c; d;');
});

test('blocks of flags stand in others, and others in them', () => {
  const source =
    '@unroll(i, 2) { @if(ADD) { x += v$i; @unroll(j, 2) { y$i$j; } } } @if(ADD) { @if(!FAR) { z; } }';
  assert.is(body(source, { ADD: true, FAR: false }), 'x += v0; y00; y01; x += v1; y10; y11; z;');
  assert.is(body(source, { ADD: false, FAR: false }), '');
});

test('a flag that is neither true nor false is refused by its name', () => {
  const wrong: Readonly<Record<string, number>>[] = [{}, { POOL: 2 }];
  for (const constants of wrong) {
    const message = 'shader: @if of POOL, which is neither true nor false';
    assert.instance(
      assertThrows(() => expand('@if(POOL) { x; }', constants), message),
      InkgradError,
    );
  }
});

test.run();
