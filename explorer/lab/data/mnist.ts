import { limited } from '../../../pipeline/data/cuts.ts';
import { count, type Dataset, subset } from '../../../pipeline/data/dataset.ts';
import { type Progress, type ReadData, unpacked } from './read.ts';

/**
 * A file of images: gzip of their places in the whole part (uint16, little-endian), then their labels (a byte each), then
 * their pixels.
 */
interface PartFile {
  readonly file: string;
  readonly count: number;
}

/** `mnist.json`, as pipeline/node/explore/dataFiles.ts has it. */
interface Contents {
  readonly size: number;
  readonly classes: readonly string[];
  /** The training images lie in the order in which `limited` draws them with this seed. */
  readonly seed: number;
  readonly train: readonly PartFile[];
  readonly test: readonly PartFile[];
}

type PartName = 'train' | 'test';

/** MNIST as the page has it: in files, of which no more are read than are asked for. */
export class Mnist {
  #contents: Promise<Contents> | null = null;
  readonly #files = new Map<string, Promise<Uint8Array>>();

  constructor(readonly read: ReadData) {}

  /**
   * Training images as `--data mnist --limit N --seed S` has them. With the seed of the files the first files hold them;
   * another seed draws from all.
   *
   * @param limit all when left out
   */
  async train(limit: number | undefined, seed: number, onProgress?: Progress): Promise<Dataset> {
    const contents = await this.#list();
    const total = contents.train.reduce((sum, { count }) => sum + count, 0);
    const many = Math.min(limit ?? total, total);
    if (seed === contents.seed) return this.#first('train', many, onProgress);
    return limited(await this.#first('train', total, onProgress), many, seed);
  }

  /** The first test images. */
  test(many: number): Promise<Dataset> {
    return this.#first('test', many);
  }

  /** The first images of the files, in the order that they have in the whole part. */
  async #first(part: PartName, many: number, onProgress?: Progress): Promise<Dataset> {
    const { size, classes, ...parts } = await this.#list();
    const files = parts[part];
    const places: number[] = [];
    const labels: number[] = [];
    const images = new Uint8Array(many * size ** 2);
    for (let i = 0; i < files.length && places.length < many; i++) {
      const { file, count } = files[i];
      const bytes = await this.#file(file);
      const taken = Math.min(count, many - places.length);
      images.set(bytes.subarray(3 * count, 3 * count + taken * size ** 2), places.length * size ** 2);
      for (let k = 0; k < taken; k++) {
        places.push(bytes[2 * k] + 256 * bytes[2 * k + 1]);
        labels.push(bytes[2 * count + k]);
      }
      onProgress?.(places.length, many);
    }
    const drawn = { name: `mnist ${part}`, classes, size, images, labels: Int32Array.from(labels) };
    const order = Int32Array.from(places.keys()).sort((a, b) => places[a] - places[b]);
    return subset(
      count(drawn) === many ? drawn : { ...drawn, images: images.slice(0, count(drawn) * size ** 2) },
      order,
    );
  }

  #list(): Promise<Contents> {
    this.#contents ??= this.read('mnist.json').then((bytes) => JSON.parse(new TextDecoder().decode(bytes)));
    return this.#contents;
  }

  #file(name: string): Promise<Uint8Array> {
    let file = this.#files.get(name);
    if (file === undefined) {
      file = this.read(name).then(unpacked);
      // One that could not be had is asked for again.
      file.catch(() => this.#files.delete(name));
      this.#files.set(name, file);
    }
    return file;
  }
}
