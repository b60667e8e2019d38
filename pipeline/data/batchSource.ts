import { augmentBatch, gatherBatch } from '../../engine/data/batches.ts';
import { wordsOf } from '../../engine/data/gatherBatch.ts';
import type { Device } from '../../engine/device.ts';
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { keep } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { bytesOf, channelsOf } from '../image/image.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import type { SeededAugmentation } from './augment.ts';
import { augmentAttrs, augmentState, changesNothing, distortImages } from './augment.ts';
import { gatherImages, gatherLabels, levelsOf } from './batches.ts';
import type { Dataset } from './dataset.ts';
import { count, subset } from './dataset.ts';
import { type Lying, whereItLies } from './part.ts';

/** Where a step takes its batch from. What differs from step to step is written by `seek`, before the step. */
export interface BatchSource {
  /** int32 [2]: where in the epoch the batch begins, and into which row its first result goes. */
  readonly cursor: Tensor;
  /** Names the images of an epoch, in order; they are augmented by its number, from 1. */
  start(order: Int32Array, epoch?: number): void;
  /** Moves to a batch: `size` images from place `from` of the epoch. */
  seek(from: number, size: number, row: number): void;
  /** Makes, outside of any step, what batches of this size need. */
  prepare(size: number): void;
  /** Inside of a step: images [size,channels,side,side] and labels [size]. */
  batch(size: number): [Tensor, Tensor];
  dispose(): void;
}

/**
 * The whole data set on the device, where it fits there: a step then brings a few bytes along.
 *
 * @param augmented changes images at random; without it they stay as they are
 */
export function openBatchSource(
  device: Device,
  dataset: Dataset,
  recipe: Recipe,
  augmented: SeededAugmentation | null = null,
): BatchSource {
  const changing = augmented === null || changesNothing(augmented.augmentation) ? null : augmented;
  // A part may fit where the whole that it is read from does not.
  const lying = [whereItLies(dataset), { whole: dataset }].find(({ whole }) => fits(device, whole));
  return lying === undefined
    ? new HostBatches(device, dataset, recipe, changing)
    : new ResidentBatches(device, dataset, lying, recipe, changing);
}

function fits(device: Device, dataset: Dataset): boolean {
  if (count(dataset) === 0) return false;
  if (device.kind !== 'webgpu') return true;
  const { maxStorageBufferBindingSize } = (device as WebGpuDevice).gpu.limits;
  return count(dataset) * wordsOf(dataset.size, dataset.channels) * 4 <= maxStorageBufferBindingSize;
}

const newCursor = (device: Device): Tensor => keep(Tensor.from(device, new Int32Array(2)));

/** Bytes, labels and order lie on the device; a kernel gathers and normalises. */
class ResidentBatches implements BatchSource {
  readonly cursor: Tensor;
  readonly #images: Tensor;
  readonly #labels: Tensor;
  readonly #levels: Tensor;
  /** For augmentation: seed and epoch. */
  readonly #state: Tensor | null;
  readonly #order: Tensor;
  /** Where the images of the order lie among those of the device, if that holds others too. */
  readonly #rows: Int32Array | undefined;

  constructor(
    readonly device: Device,
    readonly dataset: Dataset,
    { whole, rows }: Lying,
    recipe: Recipe,
    readonly augmented: SeededAugmentation | null,
  ) {
    const { labels, size, channels } = whole;
    const words = wordsOf(size, channels);
    this.cursor = newCursor(device);
    this.#rows = rows;
    this.#images = keep(Tensor.from(device, packImages(whole), [labels.length, words]));
    this.#labels = keep(Tensor.from(device, labels));
    this.#levels = keep(Tensor.from(device, levelsOf(recipe)));
    this.#state = augmented && keep(Tensor.from(device, augmentState(augmented.seed, 0)));
    this.#order = keep(Tensor.from(device, rows ?? Int32Array.from(labels.keys())));
  }

  start(order: Int32Array, epoch = 0): void {
    if (this.augmented !== null) this.#state?.write(augmentState(this.augmented.seed, epoch));
    const rows = this.#rows;
    this.#order.write(rows === undefined ? order : order.map((i) => rows[i]));
  }

  seek(from: number, _size: number, row: number): void {
    this.cursor.write(Int32Array.of(from, row));
  }

  prepare(): void {}

  batch(size: number): [Tensor, Tensor] {
    const [images, labels, levels] = [this.#images, this.#labels, this.#levels];
    const whole = { images, labels, levels, order: this.#order, cursor: this.cursor };
    const attrs = { batch: size, size: this.dataset.size, channels: channelsOf(this.dataset) };
    if (this.augmented === null || this.#state === null) return gatherBatch(whole, attrs);
    const amounts = augmentAttrs(this.augmented.augmentation, attrs.size);
    return augmentBatch(whole, this.#state, { ...attrs, ...amounts });
  }

  dispose(): void {
    this.#state?.dispose();
    for (const tensor of [this.cursor, this.#images, this.#labels, this.#levels, this.#order]) {
      tensor.dispose();
    }
  }
}

/** Batches made by the host and written before each step: for data sets that no buffer of the device holds. */
class HostBatches implements BatchSource {
  readonly cursor: Tensor;
  readonly #batches = new Map<number, [Tensor, Tensor]>();
  #order: Int32Array = new Int32Array(0);
  #epoch = 0;

  constructor(
    readonly device: Device,
    readonly dataset: Dataset,
    readonly recipe: Recipe,
    readonly augmented: SeededAugmentation | null,
  ) {
    this.cursor = newCursor(device);
  }

  start(order: Int32Array, epoch = 0): void {
    this.#order = order;
    this.#epoch = epoch;
  }

  seek(from: number, size: number, row: number): void {
    const indices = this.#order.subarray(from, from + size);
    this.prepare(size);
    const [images, labels] = this.batch(size);
    images.write(this.#images(indices, from));
    labels.write(gatherLabels(this.dataset, indices));
    this.cursor.write(Int32Array.of(from, row));
  }

  #images(indices: Int32Array, from: number): Float32Array {
    const { dataset, recipe, augmented } = this;
    if (augmented === null) return gatherImages(dataset, indices, recipe);
    const plain = subset(dataset, indices);
    const { size, channels } = dataset;
    const images = distortImages(plain.images, size, augmented, this.#epoch, from, channels);
    return gatherImages({ ...plain, images }, Int32Array.from(indices.keys()), recipe);
  }

  prepare(size: number): void {
    if (this.#batches.has(size)) return;
    const { device, dataset } = this;
    const images = keep(Tensor.empty(device, [size, channelsOf(dataset), dataset.size, dataset.size]));
    this.#batches.set(size, [images, keep(Tensor.empty(device, [size], 'int32'))]);
  }

  batch(size: number): [Tensor, Tensor] {
    return this.#batches.get(size)!;
  }

  dispose(): void {
    this.cursor.dispose();
    for (const tensors of this.#batches.values()) for (const tensor of tensors) tensor.dispose();
  }
}

/** Bytes as little-endian words; each image begins at a word of its own. */
function packImages(dataset: Dataset): Int32Array {
  const { images } = dataset;
  const each = bytesOf(dataset);
  const stride = wordsOf(dataset.size, dataset.channels) * 4;
  if (each === stride && images.byteOffset % 4 === 0) {
    return new Int32Array(images.buffer, images.byteOffset, images.length / 4);
  }
  const bytes = new Uint8Array((images.length / each) * stride);
  for (let i = 0; i * each < images.length; i++) {
    bytes.set(images.subarray(i * each, (i + 1) * each), i * stride);
  }
  return new Int32Array(bytes.buffer);
}
