import type { Options } from 'yargs';
import type { CsvColumns } from '../pipeline/data/csv.ts';
import { deviceNames, profileNames } from '../pipeline/devices.ts';
import { MAX_PIXELS } from '../pipeline/refusal.ts';

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
  describe: 'Where to compute; auto takes a hardware GPU, else wasm, the CPU at its fastest',
} as const satisfies Options;

export const threads = {
  type: 'number',
  requiresArg: true,
  describe: 'Threads of wasm [default: one for each core]',
} as const satisfies Options;

export const deviceProfile = {
  requiresArg: true,
  choices: profileNames,
  default: 'checked' as const,
  describe: 'fast leaves out the checks of WebGPU on every call and index',
} as const satisfies Options;

export const maxPixels = {
  type: 'number',
  requiresArg: true,
  default: MAX_PIXELS,
  describe: 'Larger images are refused before they are decoded',
} as const satisfies Options;

export const imageColumn = {
  type: 'string',
  requiresArg: true,
  describe: 'Column of a CSV file with the paths',
} as const satisfies Options;

export const labelColumn = {
  type: 'string',
  requiresArg: true,
  describe: 'Column of a CSV file with the labels',
} as const satisfies Options;

/** The columns that were named. */
export const columnsOf = (args: { imageColumn?: string; labelColumn?: string }): CsvColumns => ({
  ...(args.imageColumn !== undefined && { image: args.imageColumn }),
  ...(args.labelColumn !== undefined && { label: args.labelColumn }),
});
