import { type Dataset, sortedClasses } from '../../../pipeline/data/dataset.ts';
import { PipelineError } from '../../../pipeline/faults.ts';
import { preparePicture } from '../../../pipeline/front/preparePicture.ts';
import type { RgbaImage } from '../../../pipeline/image/image.ts';
import { type Recipe, recipes } from '../../../pipeline/preprocess/recipe.ts';

/** A picture of the learner's own, as a network takes it. */
export interface OwnPicture {
  readonly id: number;
  /** what it is called: its file, or nothing where it was drawn here */
  readonly name: string;
  /** the class that it is of */
  readonly label: string;
  /** size² bytes */
  readonly image: Uint8Array;
}

/** Pictures of the learner's own: files from a folder for each class, and drawings that were kept. */
export class OwnPictures {
  readonly #pictures = new Map<number, OwnPicture>();
  #next = 1;

  /** @param recipe that of `inkgrad train --data FOLDER` when left out */
  constructor(readonly recipe: Recipe = recipes.scan) {}

  /**
   * @param label the class
   * @throws PipelineError where the class has no name, or no ink is found
   */
  add(picture: RgbaImage, label: string, name = ''): OwnPicture {
    const what = name === '' ? 'this drawing' : name;
    if (label.trim() === '')
      throw new PipelineError(`${what}: of which class is it? Give the class a name`, 'invalid-setting');
    const { image, holds } = preparePicture(picture, this.recipe);
    if (holds === 'none')
      throw new PipelineError(`${what}: no ink is found in it; take another picture`, 'not-an-image');
    const own = { id: this.#next++, name, label: label.trim(), image };
    this.#pictures.set(own.id, own);
    return own;
  }

  remove(id: number): void {
    this.#pictures.delete(id);
  }

  /** All of them, by class, then in the order in which they came. */
  get all(): readonly OwnPicture[] {
    return [...this.#pictures.values()].sort(
      (a, b) => (a.label < b.label ? -1 : +(a.label > b.label)) || a.id - b.id,
    );
  }

  /** @throws PipelineError where they are of fewer than two classes */
  dataset(): Dataset {
    const { all } = this;
    const classes = sortedClasses(all.map(({ label }) => label));
    if (classes.length < 2) {
      const has = classes.length === 0 ? 'there are none yet' : `all are of the one class ${classes[0]}`;
      throw new PipelineError(
        `your pictures: ${has}; keep drawings of at least two classes, or open a folder with one sub-folder for each`,
        'too-few-images',
      );
    }
    const { size } = this.recipe;
    const images = new Uint8Array(all.length * size ** 2);
    all.forEach(({ image }, i) => void images.set(image, i * size ** 2));
    const labels = Int32Array.from(all, ({ label }) => classes.indexOf(label));
    return { name: 'your pictures', classes, size, images, labels, paths: all.map(({ name }) => name) };
  }
}
