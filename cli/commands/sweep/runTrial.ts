import { PipelineError } from '../../../pipeline/faults.ts';
import type { LoadedData } from '../../../pipeline/node/data/load.ts';
import { readResumable } from '../../../pipeline/node/runs/resumable.ts';
import { RunFolder } from '../../../pipeline/node/runs/runFolder.ts';
import { type RunInput, runTraining } from '../../../pipeline/node/runs/runTraining.ts';
import { resultOf, type SweepFolder, type SweepTrial } from '../../../pipeline/node/runs/sweepFolder.ts';
import { withFlags } from '../../../report/flags.ts';
import { listBroken } from '../../brokenList.ts';
import * as options from '../../options.ts';
import { note } from '../../output.ts';
import type { SubjectArgs } from '../train/flagTables.ts';
import { goOn } from '../train/goOn.ts';
import { loadFor, setUp, type Wish, wishOf } from '../train/setUp.ts';
import { courseOf } from '../train/timeLeft.ts';
import { TrainingDisplay } from '../train/trainingDisplay.ts';
import type { SweepArgs } from './index.ts';

/**
 * Trains what is left of a trial: all of it, what a process that was stopped left, or nothing. One that cannot be trained
 * is noted in the sweep, which goes on.
 *
 * @param title what it is called where it is told of
 */
export async function runTrial(
  folder: SweepFolder,
  trial: SweepTrial,
  title: string,
  args: SweepArgs,
  signal: AbortSignal,
): Promise<void> {
  if (folder.failureOf(trial) !== undefined || resultOf(trial.path) !== null) {
    note(`${title} is done`);
    return;
  }
  note(title);
  try {
    const input = folder.hasBegun(trial) ? await goingOn(trial, args) : await fresh(trial, args);
    const display = new TrainingDisplay(courseOf(input), false, args.json);
    try {
      const saveEvery = options.saveEveryOf(args);
      const { faults } = await runTraining({ ...input, saveEvery, signal }, display);
      const fault = faults.find(({ isMended }) => !isMended);
      if (fault)
        throw new PipelineError(`${fault.path}: could not be written (${fault.reason})`, 'unwritable');
    } finally {
      display.stop();
      input.device.close();
    }
  } catch (error) {
    if (!(error instanceof PipelineError) || !OF_A_TRIAL.includes(error.code)) throw error;
    folder.fail(trial, error.message);
    note(`failed: ${withFlags(error.message)}`);
  }
}

/** Faults that say that these settings lead nowhere, and nothing of others. */
const OF_A_TRIAL: readonly string[] = ['diverged', 'invalid-setting'];

async function goingOn({ path }: SweepTrial, args: SweepArgs): Promise<RunInput> {
  const resumable = readResumable(path);
  const { device, ...where } = args;
  return goOn(resumable, resumable.settings, where);
}

/** Data by the seed that it is split with: of what can be tried nothing else has a say in it. The latest is kept. */
const loaded: { seed?: number; data?: Promise<LoadedData> } = {};

function loadOnce(args: SubjectArgs, wish: Wish): Promise<LoadedData> {
  if (loaded.data === undefined || loaded.seed !== args.seed)
    Object.assign(loaded, { seed: args.seed, data: loadFor(args, wish) });
  return loaded.data!;
}

async function fresh({ path, tried }: SweepTrial, args: SweepArgs): Promise<RunInput> {
  const own: SweepArgs = { ...args, ...tried };
  const isFirst = loaded.data === undefined;
  const ready = await setUp(own, wishOf(own), loadOnce);
  // The trials have these alike.
  if (isFirst) listBroken(ready.data.broken);
  return { ...ready, tune: true, out: RunFolder.take(path) };
}
