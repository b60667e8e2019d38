/** A program that uses the package inkgrad, each of its paths; test/library/pack.test.ts type-checks and runs it elsewhere. */
import { backward, CpuDevice, F, nn, optim, Tensor } from 'inkgrad';
import { CpuDevice as Cpu } from 'inkgrad/cpu';
import { relu } from 'inkgrad/functional';
import { openSafetensors } from 'inkgrad/interchange';
import { builtInModels, parseModel } from 'inkgrad/models';
import { Linear } from 'inkgrad/nn';
import { SGD } from 'inkgrad/optim';
import { fit } from 'inkgrad/train';
import type { GrayImage } from 'inkgrad/vision';
import { openWasm } from 'inkgrad/wasm';
import { type openWebGpu, WebGpuDevice } from 'inkgrad/webgpu';

/** What `navigator.gpu` is passed on as, with or without types of its own. */
export type Gpu = Parameters<typeof openWebGpu>[0];

export const image: GrayImage = { channels: 1, width: 1, height: 1, data: new Float32Array(1) };

/** Its declarations are no `any`: what is wrong is found. */
export function wrong(tensor: Tensor): void {
  // @ts-expect-error a shape is a list of numbers
  F.reshape(tensor, 'square');
}

/** Trains XOR, and asks each of the other paths for something of its own. */
export async function consume() {
  const device = new CpuDevice();
  const context = new nn.Context(device, 1);
  const x = Tensor.from(device, [0, 0, 0, 1, 1, 0, 1, 1], [4, 2]);
  const y = Tensor.from(device, [0, 1, 1, 0], [4, 1]);
  const model = new nn.Sequential([
    new nn.Linear(context, { inFeatures: 2, outFeatures: 8 }),
    new nn.Tanh(),
    new nn.Linear(context, { inFeatures: 8, outFeatures: 1 }),
  ]);
  const adam = new optim.Adam([...model.parameters().values()], { lr: 0.05 });
  let last = 1;
  for (let step = 0; step < 300; step++) {
    const loss = F.mean(F.power(F.sub(model.forward(x), y), 2));
    backward(loss);
    adam.step();
    adam.zeroGrad();
    [last = 1] = await loss.read();
  }
  const wasm = await openWasm({ threads: 1 });
  const sum = await F.sum(Tensor.from(wasm, [1, 2, 3, 4], [2, 2])).read();
  wasm.close();
  let refused = 'nothing';
  try {
    openSafetensors(new Uint8Array(3), 'three bytes');
  } catch (error) {
    refused = (error as Error).message;
  }
  return {
    loss: last,
    sum: [...sum],
    relu: [...(await relu(Tensor.from(device, [-1, 2])).read())],
    model: parseModel(builtInModels.lenet, 'lenet').name,
    refused: /^three bytes: /.test(refused),
    same: [Cpu === CpuDevice, Linear === nn.Linear, SGD === optim.SGD],
    kinds: [typeof fit, typeof WebGpuDevice],
  };
}
