import Papa from 'papaparse';
import {
  compare,
  resultOf,
  type SweepFolder,
  type TrialResult,
} from '../../../pipeline/node/runs/sweepFolder.ts';
import type { Trial } from '../../../pipeline/train/trials.ts';
import { flagName, withFlags } from '../../../report/flags.ts';
import { percent } from '../../output.ts';
import { table } from '../../table.ts';

/** A trial with what it reached, or why it did not. */
export interface RankedTrial extends Partial<TrialResult> {
  readonly run: string;
  readonly tried: Trial;
  readonly failed?: string;
}

/** The trials of a sweep that is over, the best first: by the images kept aside, never by the test. */
export function ranked(folder: SweepFolder): RankedTrial[] {
  const trials = folder.trials.map((trial): RankedTrial => {
    const failed = folder.failureOf(trial);
    const told = { run: trial.path, tried: trial.tried };
    return failed === undefined
      ? { ...told, ...resultOf(trial.path)! }
      : { ...told, failed: withFlags(failed) };
  });
  return trials.sort((a, b) =>
    a.validation && b.validation
      ? compare(a.validation, b.validation)
      : Number(a.validation === undefined) - Number(b.validation === undefined),
  );
}

const triedNames = ([first]: readonly RankedTrial[]): string[] => Object.keys(first.tried);

export function rankingTable(trials: readonly RankedTrial[]): string {
  const names = triedNames(trials);
  const rows = trials.map(({ run, tried, validation, failed }, i) => [
    validation ? String(i + 1) : '–',
    run,
    ...names.map((name) => String(tried[name])),
    ...(validation
      ? [String(validation.epoch), validation.loss.toFixed(4), percent(validation.accuracy), '']
      : ['', '', '', `failed: ${failed}`]),
  ]);
  return table(['rank', '<run', ...names.map(flagName), 'epoch', 'loss', 'accuracy', '<'], rows);
}

/** The same as a CSV file, with the figures of the test as well. */
export const rankingCsv = (trials: readonly RankedTrial[]): string =>
  `${Papa.unparse(
    trials.map(({ run, tried, validation, test, failed }, i) => ({
      rank: validation ? i + 1 : '',
      run,
      ...tried,
      epoch: validation?.epoch ?? '',
      validation_loss: validation?.loss ?? '',
      validation_accuracy: validation?.accuracy ?? '',
      test_loss: test?.loss ?? '',
      test_accuracy: test?.accuracy ?? '',
      failed: failed ?? '',
    })),
    { newline: '\n' },
  )}\n`;
