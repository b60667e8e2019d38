import type { StepRecord } from '../../../pipeline/train/records.ts';
import type { EpochScores } from '../../lab/train/events.ts';

/** Points of a curve at the most: a screen shows no more. */
const MOST = 600;

/** How an epoch ended. */
export type EpochEnd = Pick<EpochScores, 'epoch' | 'step' | 'validation'>;

/** Curves over the steps, as uPlot takes them; null where a curve has no point. */
export interface Series {
  readonly steps: number[];
  readonly loss: (number | null)[];
  readonly accuracy: (number | null)[];
  readonly validationLoss: (number | null)[];
  readonly validationAccuracy: (number | null)[];
}

/** The curves of a training: each point stands for the steps since the one before, and each epoch ends at one. */
export function seriesOf(records: readonly StepRecord[], epochs: readonly EpochEnd[]): Series {
  const series: Series = { steps: [], loss: [], accuracy: [], validationLoss: [], validationAccuracy: [] };
  const width = Math.max(1, Math.ceil(records.length / MOST));
  const ends = new Map(epochs.map((scores) => [scores.step, scores.validation]));
  let [loss, correct, images, from] = [0, 0, 0, 0];
  records.forEach((record, i) => {
    loss += record.loss * record.samples;
    correct += record.correct;
    images += record.samples;
    const validation = ends.get(record.step);
    if (i + 1 - from < width && validation === undefined && i + 1 < records.length) return;
    series.steps.push(record.step);
    series.loss.push(loss / images);
    series.accuracy.push(correct / images);
    series.validationLoss.push(validation?.loss ?? null);
    series.validationAccuracy.push(validation?.accuracy ?? null);
    [loss, correct, images, from] = [0, 0, 0, i + 1];
  });
  return series;
}

/** Steps that the accuracy of the last steps is told of. */
const LAST = 20;

/** The curves in a sentence. */
export function summaryOf(records: readonly StepRecord[], epochs: readonly EpochEnd[]): string {
  if (records.length === 0) return 'No step is done yet.';
  const last = records.slice(-LAST);
  const images = last.reduce((sum, { samples }) => sum + samples, 0);
  const loss = last.reduce((sum, { loss, samples }) => sum + loss * samples, 0) / images;
  const accuracy = last.reduce((sum, { correct }) => sum + correct, 0) / images;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const begins = `The loss was ${records[0].loss.toFixed(2)} at first and is ${loss.toFixed(3)} in the last ${last.length} steps, in which ${percent(accuracy)} were read right.`;
  const epoch = epochs.at(-1);
  if (epoch === undefined) return begins;
  const { validation } = epoch;
  return `${begins} After epoch ${epoch.epoch} validation reads ${percent(validation.accuracy)}, with a loss of ${validation.loss.toFixed(3)}.`;
}
