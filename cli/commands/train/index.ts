import type { Command } from '../command.ts';
import { type TrainArgs, trainFlags } from './trainFlags.ts';

export const train: Command = {
  builder: trainFlags,
  // What trains is loaded when something is trained: help is there without the engine and data.
  run: async (args: TrainArgs) => (await import('./run.ts')).run(args),
};
