import { InferenceSession, Tensor } from 'onnxruntime-web';
import * as assert from 'uvu/assert';

/** What ONNX Runtime makes of a file with one input: the name of its output, and the numbers. */
export async function ran(file: Uint8Array, name: string, data: Float32Array, shape: readonly number[]) {
  const session = await InferenceSession.create(file, { executionProviders: ['wasm'] });
  try {
    assert.equal(session.inputNames, [name]);
    const [[output, tensor]] = Object.entries(
      await session.run({ [name]: new Tensor('float32', data, shape) }),
    );
    return { output, shape: [...tensor.dims], values: tensor.data as Float32Array };
  } finally {
    await session.release();
  }
}

/** Expects numbers that are off by no more than `limit` each. */
export function assertOff(actual: ArrayLike<number>, expected: ArrayLike<number>, limit: number): void {
  assert.is(actual.length, expected.length);
  const off = Math.max(...Array.from(expected, (right, i) => Math.abs(actual[i] - right)));
  assert.ok(off <= limit, `off by ${off}; expected at most ${limit}`);
}
