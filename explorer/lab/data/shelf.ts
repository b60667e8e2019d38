import { limited, testSplit } from '../../../pipeline/data/cuts.ts';
import type { DatasetPair } from '../../../pipeline/data/dataset.ts';
import { TEST_SHARE } from '../../../pipeline/data/defaults.ts';
import { synthClasses } from '../../../pipeline/data/synth/picture.ts';
import { type Recipe, recipes } from '../../../pipeline/preprocess/recipe.ts';
import type { PresetData } from '../../presets/presets.ts';
import { Letters } from './letters.ts';
import { Mnist } from './mnist.ts';
import { OwnPictures } from './own.ts';
import type { Progress, ReadData } from './read.ts';

/** The images that are asked for. */
export interface Wanted {
  readonly data: PresetData;
  /** training images, those that validate among them; all when left out */
  readonly images?: number | undefined;
}

export interface Loaded extends DatasetPair {
  readonly recipe: Recipe;
}

/** An image that the networks of the page were never shown. */
export interface TestImage {
  /** size² bytes */
  readonly image: Uint8Array;
  readonly size: number;
  /** what it is of */
  readonly digit: string;
}

/** MNIST's test images that mistakes are looked for in: those of the first file. */
const TESTED = 2000;
/** Test pictures of each letter: one from each font that training never shows. */
const TESTED_LETTERS = 3;
/** Training pictures of each letter where nobody says: one from each font. */
const USUAL_LETTERS = 18;

/** Where the page's data lies. */
export class Shelf {
  readonly own = new OwnPictures();
  readonly #mnist: Mnist;
  readonly #letters: Letters;

  constructor(read: ReadData) {
    this.#mnist = new Mnist(read);
    this.#letters = new Letters(read);
  }

  /**
   * @param seed chooses the images
   * @throws PipelineError where there are too few
   */
  load({ data, images }: Wanted, seed: number, onProgress?: Progress): Promise<Loaded> {
    return this.#sources[data](images, seed, onProgress);
  }

  /** One of MNIST's test images. @param at from 0 up to 1, which one */
  async testImage(at: number): Promise<TestImage> {
    const { images, labels, classes, size } = await this.#mnist.test(TESTED);
    const index = Math.floor(at * labels.length);
    const image = images.slice(index * size ** 2, (index + 1) * size ** 2);
    return { image, size, digit: classes[labels[index]] };
  }

  readonly #sources: Readonly<
    Record<PresetData, (images: number | undefined, seed: number, onProgress?: Progress) => Promise<Loaded>>
  > = {
    mnist: async (images, seed, onProgress) => ({
      train: await this.#mnist.train(images, seed, onProgress),
      test: await this.#mnist.test(TESTED),
      recipe: recipes.mnist,
    }),
    letters: async (images, seed, onProgress) => {
      const recipe = recipes.scan;
      const each =
        images === undefined ? USUAL_LETTERS : Math.max(1, Math.ceil(images / synthClasses.length));
      return {
        train: await this.#letters.part('train', each, seed, recipe, onProgress),
        test: await this.#letters.part('test', TESTED_LETTERS, seed, recipe, onProgress),
        recipe,
      };
    },
    own: async (images, seed) => {
      const { train, test } = testSplit(this.own.dataset(), TEST_SHARE, seed, 'your pictures');
      return { train: limited(train, images, seed), test, recipe: this.own.recipe };
    },
  };
}
