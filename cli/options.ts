import type { Options } from 'yargs';
import { deviceNames } from '../pipeline/devices.ts';

/** Flags that several commands share. */
export const json = {
  type: 'boolean',
  default: false,
  describe: 'Print one JSON document on stdout',
} as const satisfies Options;

export const device = {
  requiresArg: true,
  choices: deviceNames,
  default: 'auto' as const,
  describe: 'Where to compute; auto takes a hardware GPU, else the CPU',
} as const satisfies Options;
