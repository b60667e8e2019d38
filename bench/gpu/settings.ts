/** What is measured, how large, and for how long. */
import type { TilingName } from '../../engine/devices/webgpu/kernels/tilings.ts';
import { tilings } from '../../engine/devices/webgpu/kernels/tilings.ts';
import type { ModelSpec } from '../../pipeline/model/model.ts';
import { findModel } from '../../pipeline/node/model/findModel.ts';

export const partNames = ['adapter', 'products', 'convs', 'training', 'accuracy', 'profile'] as const;
export type PartName = (typeof partNames)[number];

/** A way to train up to `target`. */
export interface Recipe {
  readonly model: string;
  readonly batch: number;
  /** The peak of the one-cycle rate, for Adam. */
  readonly lr: number;
  readonly epochs: number;
}

export interface GpuSettings {
  readonly parts: readonly PartName[];
  /** For all of it. */
  readonly seconds: number;
  /** No piece of a part is begun after so many seconds of it. */
  readonly budgets: Readonly<Record<PartName, number>>;
  /** What PyTorch computes on. */
  readonly torch: 'cuda' | 'cpu';
  /** Tilings that are tried, where they fit. */
  readonly tilings: readonly TilingName[];
  /** Sides of the square products. */
  readonly squares: readonly number[];
  /** Images in the batch of the convolutions and of the profile; the layers are those of `deep`. */
  readonly largeBatch: number;
  readonly deep: string;
  readonly models: readonly string[];
  readonly batches: readonly number[];
  /** Milliseconds that one reading of the clock covers: of a kernel, and of training. */
  readonly kernelMs: number;
  readonly trainMs: number;
  readonly readings: number;
  readonly recipes: readonly Recipe[];
  /** A share of the test images. */
  readonly target: number;
  readonly seeds: readonly number[];
  /** Evaluations in an epoch. */
  readonly evaluations: number;
  /** Training and test images; all when null. */
  readonly images: readonly [number, number] | null;
}

export const full: GpuSettings = {
  parts: partNames,
  seconds: 450,
  budgets: { adapter: 60, products: 60, convs: 120, training: 90, accuracy: 90, profile: 30 },
  torch: 'cuda',
  tilings: Object.keys(tilings) as TilingName[],
  squares: [1024, 2048, 4096],
  largeBatch: 512,
  deep: 'cnn',
  models: ['lenet', 'cnn'],
  batches: [64, 512],
  kernelMs: 25,
  trainMs: 500,
  readings: 5,
  recipes: [
    { model: 'lenet', batch: 256, lr: 0.003, epochs: 3 },
    { model: 'lenet', batch: 256, lr: 0.006, epochs: 2 },
    { model: 'lenet', batch: 256, lr: 0.01, epochs: 3 },
    { model: 'lenet', batch: 512, lr: 0.006, epochs: 3 },
    { model: 'lenet', batch: 512, lr: 0.01, epochs: 3 },
    { model: 'lenet', batch: 512, lr: 0.01, epochs: 4 },
    { model: 'cnn', batch: 256, lr: 0.003, epochs: 2 },
    { model: 'cnn', batch: 512, lr: 0.005, epochs: 2 },
  ],
  target: 0.99,
  seeds: [1, 2, 3],
  evaluations: 4,
  images: null,
};

/** Small enough for a software adapter: to see that everything runs, not how fast it is. */
export const tiny: GpuSettings = {
  ...full,
  seconds: 120,
  torch: 'cpu',
  tilings: ['register4x4', 'register8x4'],
  squares: [64],
  largeBatch: 2,
  deep: 'tiny',
  models: ['tiny'],
  batches: [4],
  kernelMs: 5,
  trainMs: 10,
  readings: 2,
  recipes: [{ model: 'tiny', batch: 32, lr: 0.01, epochs: 1 }],
  target: 0.3,
  seeds: [1, 2],
  evaluations: 2,
  images: [200, 100],
};

const tinyModel: ModelSpec = {
  name: 'tiny',
  input: [1, 28, 28],
  layers: [
    { type: 'conv2d', outChannels: 2, kernelSize: 3 },
    { type: 'relu' },
    { type: 'maxPool2d', kernelSize: 2 },
    { type: 'flatten' },
    { type: 'linear', outFeatures: 'classes' },
  ],
};

export const modelNamed = (name: string): ModelSpec =>
  name === tinyModel.name ? tinyModel : findModel(name);
