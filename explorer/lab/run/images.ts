import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { PipelineError } from '../../../pipeline/faults.ts';
import type { Network } from '../network.ts';
import { type Judged, judge, type Shown, shownOf } from '../train/judge.ts';

/** Where the run's images are read. */
interface Bench {
  readonly network: Network;
  /** Does something, and once more where the device was lost meanwhile. */
  surviving<T>(action: () => Promise<T>): Promise<T>;
}

/** The images that a run is tested on. */
export class RunImages {
  #images: Dataset | null = null;

  constructor(readonly workplace: Bench) {}

  give(images: Dataset): void {
    this.#images = images;
  }

  /**
   * Reads all of them with the network that is there.
   *
   * @throws PipelineError where it tells other classes apart, or takes images of another size
   */
  judge(): Promise<Judged> {
    return this.workplace.surviving(async () => {
      const { network } = this.workplace;
      const images = this.#here;
      const { name, classes, recipe } = network.plan;
      if (images.classes.join('\n') !== classes.join('\n') || images.size !== recipe.size) {
        throw new PipelineError(
          `${name} was not made for the images of ${images.name}: it has other classes, or images of another size`,
          'unknown-class',
        );
      }
      return judge(network, images);
    });
  }

  /** Some of them, by position. */
  show(indices: readonly number[]): Shown {
    return shownOf(this.#here, indices);
  }

  get #here(): Dataset {
    if (this.#images === null) throw new PipelineError('no run with images is open', 'missing');
    return this.#images;
  }
}
