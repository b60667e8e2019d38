import type { Dataset } from '../data/dataset.ts';
import { count } from '../data/dataset.ts';
import type { Evaluation } from '../evaluate/evaluate.ts';
import { listed } from '../text/listed.ts';
import type { DeadUnits } from './deadUnits.ts';
import type { StepRecord } from './records.ts';

/** What is known after an epoch. */
export interface EpochFacts {
  readonly records: readonly StepRecord[];
  readonly validation: Evaluation;
  readonly dead: readonly DeadUnits[];
}

interface Scores {
  readonly train: number;
  readonly validation: number;
}

/** Epochs in which the validation loss must have risen, and the training loss fallen, to call it overfitting. */
const RISING = 3;
/** Epochs after which a class that is never read is told of. */
const SETTLED = 2;
/** A loss that is so many times that of a guess has been thrown out by a step. */
const EXPLODED = 10;

/** Looks at a training while it goes on, and says in words what goes wrong, each thing once. */
export class Watch {
  readonly #said = new Set<string>();
  readonly #history: Scores[] = [];

  constructor(
    readonly train: Dataset,
    readonly validation: Dataset,
  ) {}

  /** Before the first step. */
  begin(): string[] {
    if (this.validation !== this.train) return [];
    return this.#once(
      'same',
      'the validation images are the training images: the best epoch, and how far answers can be trusted, are told of what was learned by heart; set some aside with `validation` 0.05',
    );
  }

  /** After an epoch. */
  epoch({ records, validation, dead }: EpochFacts): string[] {
    const samples = records.reduce((sum, record) => sum + record.samples, 0);
    const train = records.reduce((sum, { loss, samples }) => sum + loss * samples, 0) / Math.max(1, samples);
    this.#history.push({ train, validation: validation.loss });
    return [
      ...this.#exploded(records),
      ...this.#chance(validation),
      ...this.#dead(dead),
      ...this.#overfitting(),
      ...this.#neverRead(validation),
    ];
  }

  #exploded(records: readonly StepRecord[]): string[] {
    const guess = Math.log(this.train.classes.length);
    const thrown = records.find(({ loss }) => loss > EXPLODED * guess);
    if (thrown === undefined) return [];
    const { step, loss } = thrown;
    return this.#once(
      'exploded',
      `the loss rose to ${Number(loss.toPrecision(3))} at step ${step}, where guessing has ${guess.toFixed(1)}: the gradients explode; try a lower \`lr\`, or \`clip\` 1`,
    );
  }

  #chance({ accuracy, confusion }: Evaluation): string[] {
    const { classes } = this.validation;
    const scores = confusion.perClass();
    const total = count(this.validation);
    const read = confusion.matrix[0].map((_, i) => confusion.matrix.reduce((sum, row) => sum + row[i], 0));
    const only = read.indexOf(total);
    if (only >= 0 && total > 1 && scores.filter(({ support }) => support > 0).length > 1) {
      return this.#once(
        'chance',
        `every validation image is read as ${classes[only]}; try a lower \`lr\`, and look at the images with data inspect`,
      );
    }
    const share = Math.max(...scores.map(({ support }) => support)) / total;
    // Two standard deviations of a guess.
    const noise = 2 * Math.sqrt((share * (1 - share)) / total);
    if (accuracy > share + noise || share === 1) return [];
    return this.#once(
      'chance',
      `no better than chance after this epoch: ${percent(accuracy)} are right, and ${percent(share)} are of one class; try a lower \`lr\``,
    );
  }

  #dead(dead: readonly DeadUnits[]): string[] {
    return dead.flatMap(({ layer, units, dead }) =>
      2 * dead < units
        ? []
        : this.#once(
            `dead ${layer}`,
            `${layer}: ${dead} of ${units} units are 0 for every image, and learn no more; try a lower \`lr\`, or leakyRelu in the model`,
          ),
    );
  }

  #overfitting(): string[] {
    const last = this.#history.slice(-RISING - 1);
    if (last.length <= RISING) return [];
    const steps = last.slice(1).map((scores, i) => [last[i], scores] as const);
    const is = steps.every(([a, b]) => b.validation > a.validation && b.train < a.train);
    if (!is) return [];
    return this.#once(
      'overfitting',
      `the validation loss has risen for ${RISING} epochs while the training loss fell: the model learns its images by heart; try \`augment\` light, more images, or \`patience\` ${RISING}`,
    );
  }

  #neverRead({ confusion }: Evaluation): string[] {
    if (this.#history.length < SETTLED || this.#said.has('chance')) return [];
    const never = this.validation.classes.filter((_, i) => {
      const support = confusion.matrix[i].reduce((sum, many) => sum + many, 0);
      return support > 0 && confusion.matrix.every((row) => row[i] === 0);
    });
    if (never.length === 0) return [];
    return this.#once(
      'never',
      `never read on the validation images: ${listed(never)}; they may be too few, try \`classWeights\` balanced`,
    );
  }

  #once(key: string, words: string): string[] {
    if (this.#said.has(key)) return [];
    this.#said.add(key);
    return [words];
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
