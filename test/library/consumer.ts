/** A program that uses each path of the package inkgrad; test/library/pack.test.ts type-checks and runs it elsewhere. */
import { CpuDevice, F, nn, optim, ShapeError, Tensor } from 'inkgrad';
import { CpuDevice as Cpu } from 'inkgrad/cpu';
import { relu } from 'inkgrad/functional';
import { fromOnnx, readSafetensors, toOnnx } from 'inkgrad/interchange';
import { loadModel } from 'inkgrad/models';
import { Linear } from 'inkgrad/nn';
import { SGD } from 'inkgrad/optim';
import { train } from 'inkgrad/train';
import { type ImageLike, prepare } from 'inkgrad/vision';
import { openWasm } from 'inkgrad/wasm';
import { openWebGpu } from 'inkgrad/webgpu';

/** Its declarations are no `any`: what is wrong is found. */
export function wrong(tensor: Tensor): void {
  // @ts-expect-error a shape is a list of numbers
  F.reshape(tensor, 'square');
  // @ts-expect-error it is called lr
  new optim.Adam([tensor], { rate: 0.1 });
}

/** A stroke of 20 pixels on white paper. */
function stroke(isUpright: boolean): ImageLike {
  const data = new Uint8ClampedArray(4 * 40 * 40).fill(255);
  for (let i = 10; i < 30; i++) {
    for (let across = 19; across < 22; across++) {
      const [x, y] = isUpright ? [across, i] : [i, across];
      data.fill(0, 4 * (40 * y + x), 4 * (40 * y + x) + 3);
    }
  }
  return { width: 40, height: 40, data };
}

/** Asks each path for something of its own. */
export async function consume() {
  const wasm = await openWasm({ threads: 1 });
  const sum = await F.sum(Tensor.from(wasm, [1, 2, 3, 4], [2, 2])).read();
  wasm.close();
  let refused = 'nothing';
  try {
    readSafetensors(new Uint8Array(3), 'three bytes');
  } catch (error) {
    refused = (error as Error).message;
  }
  const tiny = {
    name: 'tiny',
    input: [1, 28, 28],
    layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }],
  };
  const images = [stroke(true), stroke(false)];
  const settings = { recipe: 'handwriting', epochs: 20, lr: 0.01, validation: 0 };
  const trained = await train({ model: tiny, images, labels: ['|', '-'], ...settings });
  const model = await loadModel(await trained.model.save());
  const { label } = await model.predict(images[1]!);
  const bytes = await toOnnx(model);
  const again = await fromOnnx(bytes);
  const { width } = prepare(images[0]!);
  return {
    sum: [...sum],
    relu: [...(await relu(Tensor.from([-1, 2])).read())],
    refused: refused.startsWith('three bytes: '),
    label,
    again: again.classes,
    prepared: width,
    same: [Cpu === CpuDevice, Linear === nn.Linear, SGD === optim.SGD],
    kinds: [typeof openWebGpu, typeof ShapeError],
  };
}
