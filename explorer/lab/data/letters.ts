import { breathe } from '../../../pipeline/breathe.ts';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import {
  type SynthPart,
  synthClasses,
  synthLabel,
  synthParts,
  synthPicture,
} from '../../../pipeline/data/synth/picture.ts';
import { Typeface } from '../../../pipeline/draw/typeface.ts';
import { preparePicture } from '../../../pipeline/front/preparePicture.ts';
import type { Recipe } from '../../../pipeline/preprocess/recipe.ts';
import type { Progress, ReadData } from './read.ts';

/** Synthetic letters as `--data synth --synth-count N` has them, each picture drawn and prepared here. */
export class Letters {
  readonly #fonts = new Map<string, Promise<Typeface>>();
  /** It takes long to write them. */
  readonly #parts = new Map<string, Promise<Dataset>>();

  constructor(readonly read: ReadData) {}

  /**
   * @param each pictures of each class, ≥ 1
   * @param seed decides how they are written
   */
  part(name: SynthPart, each: number, seed: number, recipe: Recipe, onProgress?: Progress): Promise<Dataset> {
    const key = `${name} ${each} ${seed} ${recipe.name}`;
    let part = this.#parts.get(key);
    if (part === undefined) {
      part = this.#write(name, each, seed, recipe, onProgress);
      part.catch(() => this.#parts.delete(key));
      this.#parts.set(key, part);
    }
    return part;
  }

  async #write(
    name: SynthPart,
    each: number,
    seed: number,
    recipe: Recipe,
    onProgress?: Progress,
  ): Promise<Dataset> {
    const { fonts } = synthParts[name];
    const used = fonts.slice(0, each);
    const typefaces = new Map(
      await Promise.all(used.map(async (font) => [font as string, await this.#font(font)] as const)),
    );
    const total = each * synthClasses.length;
    const images = new Uint8Array(total * recipe.size ** 2);
    for (let i = 0; i < total; i++) {
      const picture = synthPicture(name, i, seed, (font) => typefaces.get(font)!);
      images.set(preparePicture(picture, recipe).image, i * recipe.size ** 2);
      if (i % 16 !== 15) continue;
      onProgress?.(i + 1, total);
      await breathe();
    }
    const labels = Int32Array.from({ length: total }, (_, i) => synthLabel(i));
    return { name: `synth ${name}`, classes: synthClasses, size: recipe.size, images, labels, fonts };
  }

  #font(name: string): Promise<Typeface> {
    let font = this.#fonts.get(name);
    if (font === undefined) {
      font = this.#open(name);
      font.catch(() => this.#fonts.delete(name));
      this.#fonts.set(name, font);
    }
    return font;
  }

  /** The library that reads fonts is large, and loaded with the first. */
  async #open(name: string): Promise<Typeface> {
    const [library, bytes] = await Promise.all([import('opentype.js'), this.read(`fonts/${name}.woff`)]);
    // Node.js takes it as CommonJS, whose one export is the default.
    const { parse } = 'parse' in library ? library : (library as { default: typeof library }).default;
    return new Typeface([() => parse(bytes.slice().buffer as ArrayBuffer)]);
  }
}
