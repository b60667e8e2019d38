// Trained networks to be carried elsewhere: their numbers are random, and none is what a layer starts with.
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { noGrad } from '../../engine/graph.ts';
import { Random } from '../../engine/random.ts';
import { scope } from '../../engine/scope.ts';
import { sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import type { CheckpointFile } from '../../pipeline/checkpoint/checkpoint.ts';
import { restoreModel } from '../../pipeline/checkpoint/checkpoint.ts';
import type { StoredTensor } from '../../pipeline/formats/safetensors.ts';
import type { Channels } from '../../pipeline/image/image.ts';
import { weightShapes } from '../../pipeline/interchange/weights.ts';
import type { ModelSpec } from '../../pipeline/model/model.ts';
import { builtInModels } from '../../pipeline/model/model.ts';
import { ofChannel } from '../../pipeline/preprocess/recipe.ts';
import { preparedRecipe } from '../../pipeline/preprocess/sized.ts';

/** Every type of layer, every option, and windows that other programs have no word for. */
export const everyLayer: ModelSpec = {
  name: 'every-layer',
  input: [1, 20, 20],
  layers: [
    { type: 'conv2d', outChannels: 6, kernelSize: [3, 5], stride: [2, 1], padding: [2, 1, 0, 3] },
    { type: 'leakyRelu', negativeSlope: 0.2 },
    { type: 'conv2d', outChannels: 12, kernelSize: 4, padding: 'same', groups: 3, dilation: 2, bias: false },
    { type: 'batchNorm2d', eps: 0.001, momentum: 0.2 },
    { type: 'gelu' },
    { type: 'maxPool2d', kernelSize: 3, stride: 2, padding: 1 },
    { type: 'avgPool2d', kernelSize: 2, stride: 1, padding: [1, 0, 0, 1] },
    { type: 'avgPool2d', kernelSize: 2, stride: 1, padding: 1, dilation: 2, countPadding: false },
    { type: 'avgPool2d', kernelSize: 3, stride: 2, padding: 1, countPadding: false },
    { type: 'maxPool2d', kernelSize: 2, stride: 1, padding: [0, 1, 1, 0] },
    { type: 'avgPool2d', kernelSize: 3, stride: 1, dilation: [1, 2], padding: 'same' },
    { type: 'sigmoid' },
    { type: 'batchNorm2d' },
    {
      type: 'residual',
      layers: [
        { type: 'conv2d', outChannels: 10, kernelSize: 3, padding: 1 },
        { type: 'relu' },
        {
          type: 'residual',
          layers: [
            { type: 'gelu' },
            { type: 'conv2d', outChannels: 10, kernelSize: 3, padding: [0, 1, 2, 1], bias: false },
            { type: 'dropout', p: 0.2 },
          ],
        },
      ],
      shortcut: [{ type: 'conv2d', outChannels: 10, kernelSize: 1 }, { type: 'batchNorm2d' }],
    },
    { type: 'residual', layers: [{ type: 'residual', layers: [{ type: 'tanh' }] }, { type: 'batchNorm2d' }] },
    { type: 'conv2d', outChannels: 16, kernelSize: 2, padding: 'same' },
    { type: 'tanh' },
    { type: 'maxPool2d', kernelSize: 2, stride: 1, dilation: 2 },
    { type: 'elu', alpha: 0.7 },
    { type: 'dropout', p: 0.3 },
    { type: 'globalAvgPool' },
    { type: 'flatten' },
    { type: 'linear', outFeatures: 20, bias: false },
    { type: 'selu' },
    { type: 'linear', outFeatures: 24 },
    { type: 'softplus' },
    { type: 'linear', outFeatures: 22 },
    { type: 'hardSwish' },
    { type: 'linear', outFeatures: 20 },
    { type: 'silu' },
    { type: 'linear', outFeatures: 18 },
    { type: 'elu' },
    { type: 'linear', outFeatures: 20 },
    { type: 'leakyRelu' },
    { type: 'relu' },
    { type: 'linear', outFeatures: 'classes' },
  ],
};

/** Pools whose last windows hang over, or would and are left out, with padding that counts and that does not. */
const roundedUp: ModelSpec = {
  name: 'rounded-up',
  input: [1, 124, 124],
  layers: [
    { type: 'maxPool2d', kernelSize: 3, ceilMode: true },
    { type: 'conv2d', outChannels: 6, kernelSize: 3, padding: 'same' },
    { type: 'avgPool2d', kernelSize: 3, stride: 2, padding: 1, ceilMode: true },
    { type: 'avgPool2d', kernelSize: 2, stride: 2, padding: 1, dilation: 2, ceilMode: true },
    { type: 'avgPool2d', kernelSize: 3, stride: 2, padding: 1, countPadding: false, ceilMode: true },
    { type: 'maxPool2d', kernelSize: 2, stride: [3, 2], padding: [1, 0], ceilMode: true },
    {
      type: 'avgPool2d',
      kernelSize: 3,
      stride: 2,
      padding: [1, 0, 0, 0],
      countPadding: false,
      ceilMode: true,
    },
    { type: 'flatten' },
    { type: 'linear', outFeatures: 'classes' },
  ],
};

/** Images of three channels, each with a mean and a deviation of its own. */
export const colourModel: ModelSpec = {
  name: 'colour',
  input: [3, 12, 12],
  layers: [
    { type: 'conv2d', outChannels: 6, kernelSize: 3, padding: 1 },
    { type: 'relu' },
    { type: 'maxPool2d', kernelSize: 2 },
    { type: 'flatten' },
    { type: 'linear', outFeatures: 'classes' },
  ],
};

export const portableModels: readonly ModelSpec[] = [
  ...Object.values(builtInModels),
  everyLayer,
  roundedUp,
  colourModel,
];

/** A checkpoint of random numbers, for ten classes; variances are above 0. */
export function randomCheckpoint(model: ModelSpec, seed = 5): CheckpointFile {
  const random = new Random(seed, 0x9027);
  const classes = Array.from({ length: 10 }, (_, i) => `c${i}`);
  const weights = [...weightShapes(model, 10)].map(([name, shape]): [string, StoredTensor] => {
    const bound = shape.length > 1 ? Math.sqrt(3 / sizeOf(shape.slice(1))) : 0.5;
    const shift = /runningVar|weight/.test(name) && shape.length === 1 ? 1 : 0;
    const data = Float32Array.from({ length: sizeOf(shape) }, () => shift + random.uniform(-bound, bound));
    return [name, { shape, data }];
  });
  return {
    path: `${model.name}.safetensors`,
    model,
    classes,
    recipe: preparedRecipe({ size: model.input[1], channels: model.input[0] as Channels }),
    step: 40,
    weights: new Map(weights),
    certainty: { temperature: 1.25 },
  };
}

/** Random bytes as images of a checkpoint, and as its network takes them. */
export function randomImages({ model, recipe }: CheckpointFile, count: number, seed = 1) {
  const random = new Random(seed, 0x1a6e);
  const shape = [count, ...model.input];
  const pixels = Float32Array.from({ length: sizeOf(shape) }, () => random.integer(256));
  const [channels, height, width] = model.input;
  const images = pixels.map((pixel, i) => {
    const channel = Math.floor(i / (height * width)) % channels;
    return (pixel / 255 - ofChannel(recipe.mean, channel)) / ofChannel(recipe.std, channel);
  });
  return { shape, pixels, images };
}

/** [count, classes]: what the engine itself makes of images. */
export async function logitsOf(
  checkpoint: CheckpointFile,
  images: Float32Array,
  count: number,
): Promise<Float32Array> {
  const device = new CpuDevice();
  const model = restoreModel(checkpoint, device);
  const logits = noGrad(() =>
    scope(() => model.forward(Tensor.from(device, images, [count, ...checkpoint.model.input]))),
  );
  const values = (await logits.read()) as Float32Array;
  logits.dispose();
  model.dispose();
  return values;
}
