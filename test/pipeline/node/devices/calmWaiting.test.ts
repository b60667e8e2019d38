// Dawn waits by asking again and again, through the global setImmediate: on a software adapter it is let ask calmly.
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as F from '../../../../engine/functional.ts';
import { Tensor } from '../../../../engine/tensor.ts';
import { calmed } from '../../../../pipeline/node/devices/calmWaiting.ts';
import { openDevice } from '../../../../pipeline/node/devices/devices.ts';

/** A function without a name and a source, as one of C++ is. */
const native = (body: () => void): (() => void) => new Proxy(body, { get: () => '' });

/** What is put off, and how; `turn` does the first of it. */
function loop() {
  const queue: (() => void)[] = [];
  const how: string[] = [];
  const now = ((task: (...args: unknown[]) => void, ...args: unknown[]) => {
    how.push('now');
    queue.push(() => task(...args));
  }) as unknown as typeof setImmediate;
  const later = ((task: () => void, delay: number) => {
    how.push(`${delay} ms`);
    queue.push(task);
  }) as unknown as typeof setTimeout;
  const turn = () => queue.shift()?.();
  return { soon: calmed(now, later), how, queue, turn };
}

/** Asks as Dawn does: from within the last time, until it is done. */
function askingUntil(times: number, soon: typeof setImmediate): () => void {
  let asked = 0;
  const ask = native(() => {
    if (++asked < times) soon(ask);
  });
  return ask;
}

test('Dawn asks at once some times, then once in a millisecond, and each wait begins anew', () => {
  const { soon, how, queue, turn } = loop();
  for (const times of [100, 3, 100]) {
    how.length = 0;
    soon(askingUntil(times, soon));
    while (queue.length > 0) turn();
    const expected = Array.from({ length: times }, (_, i) => (i < 20 ? 'now' : '1 ms'));
    assert.equal(how, expected, `a wait that ends when asked ${times} times`);
  }
});

test('a wait that fails is no part of the next', () => {
  const { soon, how, turn } = loop();
  soon(
    native(() => {
      throw new Error('lost');
    }),
  );
  assert.throws(turn, 'lost');
  for (let i = 0; i < 50; i++) soon(native(() => {}));
  assert.is(new Set(how).size, 1, 'none of these was asked from within another');
});

test('what others put off is put off as it was, with its arguments', async () => {
  const { soon, how, queue, turn } = loop();
  const got: unknown[] = [];
  soon((...args: unknown[]) => got.push(...args), 1, 'two');
  for (let i = 0; i < 50; i++) soon(() => {});
  while (queue.length > 0) turn();
  assert.equal(got, [1, 'two']);
  assert.equal([...new Set(how)], ['now']);
  assert.is(await promisify(calmed(setImmediate, setTimeout))('value'), 'value');
});

test('a software adapter is waited for through it', async () => {
  const own = globalThis.setImmediate;
  const gpu = await openDevice('webgpu');
  const calm = globalThis.setImmediate;
  assert.is(calm === own, !('isSoftware' in gpu && gpu.isSoftware));
  let asked = 0;
  globalThis.setImmediate = Object.assign((...args: Parameters<typeof setImmediate>) => {
    asked++;
    return calm(...args);
  }, setImmediate);
  const x = Tensor.from(gpu, [1, 2]);
  // A look that was on its way since the device was opened may find a read done, and then nobody asks again.
  for (let reads = 0; reads < 100 && asked === 0; reads++) {
    const y = F.exp(x);
    await y.read();
    y.dispose();
  }
  // Were it asked in another way, nothing would be calm.
  assert.ok(asked > 0, 'by the global setImmediate');
  globalThis.setImmediate = own;
  x.dispose();
  gpu.close();
});

test.run();
