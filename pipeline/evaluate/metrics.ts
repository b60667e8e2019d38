/** How well one class is recognised; each rate is 0…1, and 0 where it would be 0/0, as in scikit-learn. */
export interface ClassScore {
  /** of what was called this class, the share that is: TP / (TP + FP) */
  readonly precision: number;
  /** of what is this class, the share that was called so: TP / (TP + FN) */
  readonly recall: number;
  /** harmonic mean of both: 2·TP / (2·TP + FP + FN) */
  readonly f1: number;
  /** how many images are of this class: TP + FN */
  readonly support: number;
}

/**
 * A confusion matrix that is filled one prediction at a time, and the scores that follow from it.
 *
 * @category Training
 * @example
 * import { Confusion } from 'inkgrad/train';
 *
 * const confusion = new Confusion(2);
 * for (const [label, predicted] of [[0, 0], [0, 1], [1, 1]]) confusion.add(label, predicted);
 * console.log(confusion.matrix, confusion.perClass()[0].recall);
 * // [ [ 1, 1 ], [ 0, 1 ] ] 0.5
 */
export class Confusion {
  /** `matrix[label][predicted]` counts the images of class `label` that were taken for class `predicted` */
  readonly matrix: number[][];

  /** @param classes how many classes there are */
  constructor(classes: number) {
    this.matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  }

  /** Counts one image; both arguments are class indices. */
  add(label: number, predicted: number): void {
    this.matrix[label][predicted]++;
  }

  /** The share of images that were recognised, trace / total; 0 before the first. */
  get accuracy(): number {
    const total = sum(this.matrix.map(sum));
    return ratio(sum(this.matrix.map((row, i) => row[i])), total);
  }

  /**
   * One score a class, with TP on the diagonal, FN in the rest of its row and FP in the rest of its column.
   */
  perClass(): ClassScore[] {
    return this.matrix.map((row, i) => {
      const hits = row[i];
      const support = sum(row);
      const predicted = sum(this.matrix.map((other) => other[i]));
      return {
        precision: ratio(hits, predicted),
        recall: ratio(hits, support),
        f1: ratio(2 * hits, support + predicted),
        support,
      };
    });
  }

  /** The plain mean of F1 over the classes, in which a rare class weighs as much as a common one. */
  get macroF1(): number {
    return ratio(sum(this.perClass().map((score) => score.f1)), this.matrix.length);
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
