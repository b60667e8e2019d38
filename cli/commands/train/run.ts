import { planTraining } from '../../../pipeline/node/runs/runTraining.ts';
import * as options from '../../options.ts';
import { print, printJson } from '../../output.ts';
import { showDryRun } from './dryRun.ts';
import { planTable } from './planTable.ts';
import { type SetUp, setUp, wishOf } from './setUp.ts';
import { takeFolder, withFolder } from './takeFolder.ts';
import { trainAndTell } from './trainAndTell.ts';
import type { TrainArgs } from './trainFlags.ts';

/** Trains as the flags say, or tells what would be. */
export async function run(args: TrainArgs): Promise<void> {
  const wish = wishOf(args);
  if (args.dryRun) return showDryRun(await setUp(args, wish), args.json);
  if (args.plan) return showPlan(await setUp(args, wish), args.json);
  const folder = takeFolder(args, wish.model.name, wish.reading.columns);
  await withFolder(folder, async () => {
    const ready = await setUp(args, wish);
    await trainAndTell(
      { ...ready, out: folder, tune: args.tune, saveEvery: options.saveEveryOf(args) },
      args,
    );
  });
}

/** The launches of one step, of which none is run. */
async function showPlan({ device, model, data, settings }: SetUp, asJson: boolean): Promise<void> {
  try {
    const plan = await planTraining(device, model, data, settings);
    if (asJson) printJson(plan);
    else print(planTable(plan));
  } finally {
    device.close();
  }
}
