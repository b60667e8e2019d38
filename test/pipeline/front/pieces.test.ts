// Ink that hangs together, against a plain search; from which contrast on there is ink; what grain says.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plane } from '../../../pipeline/front/extremes.ts';
import { isDrawn } from '../../../pipeline/front/grain.ts';
import { levelOf } from '../../../pipeline/front/level.ts';
import { maskOf, piecesOf } from '../../../pipeline/front/pieces.ts';
import { numbers } from '../../support/makePng.ts';

/** The pieces of a mask as sets of pixels: numbers flow to the lower neighbour until nothing changes. */
function plainPieces(mask: Uint8Array, width: number, height: number): string[] {
  const label = Array.from(mask, (ink, i) => (ink ? i : -1));
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < mask.length; i++) {
      if (!mask[i]) continue;
      const [x, y] = [i % width, Math.floor(i / width)];
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const other = label[v * width + u];
          if (other < 0 || other >= label[i]) continue;
          label[i] = other;
          changed = true;
        }
      }
    }
  }
  const roots = [...new Set(label.filter((root) => root >= 0))];
  return roots.map((root) => [...label.keys()].filter((i) => label[i] === root).join());
}

test('pieces are those of a plain search, whole and in reading order', () => {
  const random = numbers(11);
  for (const [width, height] of [
    [1, 1],
    [1, 12],
    [9, 1],
    [6, 7],
    [17, 13],
  ]) {
    for (const share of [2, 3, 5, 10]) {
      const mask = Uint8Array.from({ length: width * height }, () => +(random(share) === 0));
      const before = mask.slice();
      const pieces = piecesOf(mask, width, height);
      assert.equal(mask, before);
      assert.equal(
        pieces.map(({ pixels }) => [...pixels].sort((a, b) => a - b).join()),
        plainPieces(mask, width, height),
      );
      for (const { pixels, box, contact, touchesBorder, tip } of pieces) {
        const [xs, ys] = [[...pixels].map((i) => i % width), [...pixels].map((i) => Math.floor(i / width))];
        const [x, y] = [Math.min(...xs), Math.min(...ys)];
        assert.equal(box, { x, y, width: Math.max(...xs) - x + 1, height: Math.max(...ys) - y + 1 });
        const on = (values: number[], at: number) => values.filter((value) => value === at).length;
        assert.equal(contact, [on(xs, 0), on(xs, width - 1), on(ys, 0), on(ys, height - 1)]);
        assert.is(
          touchesBorder,
          contact.some((count) => count > 0),
        );
        assert.is(tip, Math.min(...xs.filter((_, i) => ys[i] === y)));
      }
      assert.equal(maskOf(pieces, { width, height }), mask);
    }
  }
});

test('corners hang together, and a ring is one piece', () => {
  assert.is(piecesOf(Uint8Array.of(1, 0, 0, 1), 2, 2).length, 1);
  assert.is(piecesOf(Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1), 3, 3).length, 1);
  assert.equal(piecesOf(new Uint8Array(20), 5, 4), []);
});

/** Contrasts of paper with some grain, of which a share is ink. */
function contrasts(share: number, ink: number, grain: number): Float32Array {
  const random = numbers(2);
  return Float32Array.from({ length: 20_000 }, (_, i) =>
    i < share * 20_000 ? ink : (grain * random(1000)) / 1000,
  );
}

test('the level lies between grain and ink, and ink has its own contrast', () => {
  for (const [share, ink, grain] of [
    [0.001, 0.9, 0],
    [0.001, 0.9, 0.04],
    [0.05, 0.3, 0.02],
    [0.2, 1, 0.1],
    [0.35, 0.5, 0.03],
  ]) {
    const level = levelOf(contrasts(share, ink, grain), false)!;
    const what = `${share} of ${ink} over ${grain}: ${JSON.stringify(level)}`;
    assert.ok(level.threshold > grain && level.threshold < ink, what);
    assert.ok(Math.abs(level.ink - ink) < 0.01, what);
  }
});

test('faint marks are ink on drawn paper alone, and nothing is none', () => {
  const faint = contrasts(0.05, 0.03, 0);
  assert.is(levelOf(faint, false), undefined);
  assert.ok(levelOf(faint, true)!.threshold < 0.03);
  for (const isDrawn of [true, false]) {
    assert.is(levelOf(new Float32Array(500), isDrawn), undefined);
    assert.is(levelOf(contrasts(0, 0, 0.01), isDrawn), undefined);
    assert.is(levelOf(new Float32Array(1), isDrawn), undefined);
  }
});

test('a pale rule beside strong ink stays below the level', () => {
  const values = contrasts(0.05, 0.9, 0.01);
  values.fill(0.2, 10_000, 10_500);
  const { threshold, ink } = levelOf(values, false)!;
  assert.ok(threshold > 0.2 && ink > 0.85, `${threshold}, ${ink}`);
});

test('a drawing is told from a photograph by neighbours that are alike', () => {
  const random = numbers(9);
  const plane = (width: number, height: number, at: (x: number, y: number) => number): Plane => ({
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width)) / 255),
  });
  assert.ok(isDrawn(plane(20, 20, (x) => (x === 7 ? 0 : 255))));
  assert.ok(isDrawn(plane(20, 20, (x, y) => 200 + (x + y) / 20)), 'a smooth gradient');
  assert.not.ok(isDrawn(plane(20, 20, () => 240 + random(8))));
  assert.not.ok(isDrawn(plane(1, 20, () => 3)), 'a single column has no neighbours');
});

test.run();
