// How memory is shared: the blocks of a captured step, and the places of tensors in their pack.

import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Need } from '../../engine/devices/capture/memory.ts';
import { planMemory } from '../../engine/devices/capture/memory.ts';
import { PART, packLayout, sizeOf } from '../../engine/shape.ts';

const seed = Number(process.env.INKGRAD_PROPERTY_SEED ?? 20_261_122);
const runs = { seed, numRuns: 500 };

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

// ---- blocks ----------------------------------------------------------------------------------------------

const needs: fc.Arbitrary<Need[]> = fc.array(
  fc
    .record({
      // A few sizes, so that equal ones meet.
      bytes: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 1e6 })).map((n) => 4 * n),
      first: fc.integer({ min: 0, max: 30 }),
      length: fc.oneof(fc.integer({ min: 0, max: 8 }), fc.constant(Infinity)),
    })
    // What is pinned is needed from before the first launch on, and for ever.
    .map(({ bytes, first, length }) => ({
      bytes,
      first: length === Infinity ? -1 : first,
      last: first + length,
    })),
  { maxLength: 40 },
);

const meet = (a: Need, b: Need) => a.first <= b.last && b.first <= a.last;

/** The most bytes that are needed at one launch: no plan can do with less. */
function peak(list: readonly Need[]): number {
  const at = (launch: number) =>
    sum(list.filter(({ first, last }) => first <= launch && launch <= last).map(({ bytes }) => bytes));
  return Math.max(0, ...list.map(({ first }) => at(first)));
}

test('needs that share a block are never there at the same time', () => {
  fc.assert(
    fc.property(needs, (list) => {
      const { blockOf } = planMemory(list);
      assert.is(blockOf.length, list.length);
      list.forEach((a, i) => {
        list.forEach((b, j) => {
          if (i < j && blockOf[i] === blockOf[j]) assert.not.ok(meet(a, b), `${i} and ${j}`);
        });
      });
    }),
    runs,
  );
});

test('a block is as large as the largest of its tenants, and has one', () => {
  fc.assert(
    fc.property(needs, (list) => {
      const { blockOf, blocks } = planMemory(list);
      blocks.forEach((bytes, block) => {
        const tenants = list.filter((_, i) => blockOf[i] === block);
        assert.is(bytes, Math.max(...tenants.map((tenant) => tenant.bytes)));
      });
      assert.ok(blockOf.every((block) => Number.isInteger(block) && block >= 0 && block < blocks.length));
    }),
    runs,
  );
});

test('all blocks together are no more than all needs, and no less than what is needed at once', () => {
  fc.assert(
    fc.property(needs, (list) => {
      const total = sum(planMemory(list).blocks);
      assert.ok(total <= sum(list.map(({ bytes }) => bytes)));
      assert.ok(total >= peak(list));
    }),
    runs,
  );
});

test('needs that are all there at once get a block each, and those one after the other share one', () => {
  const at = (first: number, last: number, bytes: number): Need => ({ bytes, first, last });
  assert.equal(planMemory([at(0, 9, 4), at(3, 5, 8), at(5, 7, 12)]), {
    blockOf: [2, 1, 0],
    blocks: [12, 8, 4],
  });
  assert.equal(planMemory([at(0, 1, 4), at(2, 3, 8), at(4, 4, 12)]), { blockOf: [0, 0, 0], blocks: [12] });
  assert.equal(planMemory([]), { blockOf: [], blocks: [] });
});

test('the values of a chain of layers take turns in two blocks', () => {
  // Launch k reads value k and writes value k + 1.
  const chain = [400, 300, 200, 100].map((bytes, k) => ({ bytes, first: Math.max(0, k - 1), last: k }));
  assert.equal(planMemory(chain), { blockOf: [0, 1, 0, 1], blocks: [400, 300] });
});

test('of the blocks that are free the smallest is taken', () => {
  const list = [
    { bytes: 100, first: 0, last: 1 },
    { bytes: 50, first: 0, last: 1 },
    { bytes: 40, first: 2, last: 2 },
  ];
  assert.equal(planMemory(list), { blockOf: [0, 1, 1], blocks: [100, 50] });
});

test('what is pinned shares with nothing', () => {
  const list = [
    { bytes: 100, first: -1, last: Infinity },
    { bytes: 50, first: 0, last: 0 },
    { bytes: 50, first: 1, last: 1 },
  ];
  assert.equal(planMemory(list), { blockOf: [0, 1, 1], blocks: [100, 50] });
});

// ---- packs -----------------------------------------------------------------------------------------------

test('a pack of known shapes', () => {
  const pack = (...shapes: number[][]) => packLayout(shapes.map((shape) => ({ shape })));
  assert.equal(pack([3, 5], [64], [65], []), { starts: [0, 64, 128, 256], length: 320 });
  assert.equal(pack([0, 7], [128], [2, 0]), { starts: [0, 0, 128], length: 128 });
  assert.equal(pack(), { starts: [], length: 0 });
});

test('tensors lie in their pack in order, apart, and at multiples of what a part may begin at', () => {
  const shapes = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }), { maxLength: 12 });
  fc.assert(
    fc.property(shapes, (list) => {
      const { starts, length } = packLayout(list.map((shape) => ({ shape })));
      assert.is(starts.length, list.length);
      const ends = [...starts.slice(1), length];
      list.forEach((shape, i) => {
        const room = ends[i] - starts[i];
        assert.is(starts[i] % PART, 0);
        assert.ok(room >= sizeOf(shape) && room < sizeOf(shape) + PART, `${shape}: room for ${room}`);
      });
      assert.is(length % PART, 0);
    }),
    runs,
  );
});

test.run();
