import type { Dataset } from '../data/dataset.ts';
import { calibrationError } from './calibration.ts';
import type { DetailedEvaluation } from './evaluate.ts';
import { Confusion } from './metrics.ts';

/**
 * Softmax of logits, row by row.
 *
 * @param logits [count, classes]
 * @param temperature what they are divided by
 */
export function probabilitiesOf(
  logits: ArrayLike<number>,
  classes: number,
  temperature: number,
): Float64Array {
  const probabilities = Float64Array.from(logits, (logit) => logit / temperature);
  for (let from = 0; from < probabilities.length; from += classes) {
    const row = probabilities.subarray(from, from + classes);
    const most = row.reduce((a, b) => Math.max(a, b));
    const sum = row.reduce((total, value) => total + Math.exp(value - most), 0);
    row.forEach((value, i) => {
      row[i] = Math.exp(value - most) / sum;
    });
  }
  return probabilities;
}

/** The mean of several answers to the same images: of several models, or of one to changed copies. */
export const meanOf = (answers: readonly Float64Array[]): Float64Array =>
  answers[0].map((_, i) => answers.reduce((sum, answer) => sum + answer[i], 0) / answers.length);

/**
 * How well images were read.
 *
 * @param probabilities [count, classes]
 * @param temperature that these were made with, to be told
 */
export function scoresOf(
  probabilities: Float64Array,
  { classes, labels }: Dataset,
  temperature = 1,
): DetailedEvaluation {
  const confusion = new Confusion(classes.length);
  const [predicted, certainties] = [new Int32Array(labels.length), new Float32Array(labels.length)];
  let loss = 0;
  labels.forEach((label, i) => {
    const row = probabilities.subarray(i * classes.length, (i + 1) * classes.length);
    const most = row.reduce((a, b) => Math.max(a, b));
    predicted[i] = row.indexOf(most);
    certainties[i] = most;
    confusion.add(label, predicted[i]);
    // A probability that rounds to 0 would make the loss infinite.
    loss -= Math.log(Math.max(row[label], Number.MIN_VALUE));
  });
  return {
    loss: loss / Math.max(1, labels.length),
    ...{ accuracy: confusion.accuracy, confusion },
    calibration: {
      temperature,
      error: calibrationError(
        certainties,
        Array.from(predicted, (read, i) => read === labels[i]),
      ),
    },
    answers: { predicted, certainties },
  };
}
