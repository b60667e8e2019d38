import { grad } from '../../engine/autograd.ts';
import { weightsFor } from '../../engine/check/gradcheck.ts';
import type { Values } from '../../engine/check/samples.ts';
import { onDevice } from '../../engine/check/samples.ts';
import type { Device } from '../../engine/device.ts';
import type { TypedArray } from '../../engine/dtype.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { scope } from '../../engine/scope.ts';
import type { Tensor } from '../../engine/tensor.ts';

/** A way to come from inputs to outputs: an op, or what is made of several. */
export type Way = (inputs: Tensor[]) => readonly Tensor[];

async function readAll(tensors: readonly Tensor[]): Promise<TypedArray[]> {
  const read = await Promise.all(tensors.map((tensor) => tensor.read()));
  for (const tensor of tensors) tensor.dispose();
  return read;
}

/** What comes out: shapes, types and numbers. */
export async function outputsOf(device: Device, way: Way, values: readonly Values[]) {
  const outputs = noGrad(() => scope(() => [...way(values.map((value) => onDevice(device, value)))]));
  const shapes = outputs.map(({ shape }) => shape);
  const types = outputs.map(({ dtype }) => dtype);
  return { shapes, types, data: await readAll(outputs) };
}

/** dL/d(input) for every float input, where L = Σ c·y of the first output. */
export function gradientsOf(device: Device, way: Way, values: readonly Values[]): Promise<TypedArray[]> {
  const found = scope(() => {
    const inputs = values.map((value) => onDevice(device, value));
    const trained = inputs.filter(({ dtype }) => dtype !== 'int32').map((input) => input.trained());
    const [y] = way(inputs);
    return grad(F.sum(F.mul(y, onDevice(device, weightsFor(y.shape)))), trained);
  });
  return readAll(found);
}
