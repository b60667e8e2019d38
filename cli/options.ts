import * as v from 'valibot';
import type { Options } from 'yargs';
import { MAX_PIXELS } from '../pipeline/node/decode/refusal.ts';
import { deviceNames, profileNames } from '../pipeline/node/devices/deviceNames.ts';
import { recipes } from '../pipeline/preprocess/recipe.ts';
import { settingFields } from '../pipeline/train/settings.ts';
import type { Range } from './usage.ts';

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
  describe: 'Threads of wasm, and of preparing images [default: one for each core]',
} as const satisfies Options;

export const revectorize = {
  type: 'boolean',
  default: true,
  describe: 'Let wasm use AVX registers where Node.js can; --no-revectorize keeps to 128 bits',
} as const satisfies Options;

export const cache = {
  type: 'boolean',
  default: true,
  describe: 'Keep prepared images for the next start; --no-cache prepares all anew',
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

export const skipBroken = {
  type: 'boolean',
  default: false,
  describe: 'Go on without images that cannot be read, and list them at the end',
} as const satisfies Options;

export const cell = {
  type: 'number',
  requiresArg: true,
  describe: 'Side of a picture on the contact sheet, in pixels',
} as const satisfies Options;

/** A picture too small to see, or too large to look at, is a slip. */
export const CELL: Range = [
  v.pipe(v.number(), v.integer(), v.minValue(8), v.maxValue(1024)),
  'a whole number from 8 to 1024',
];

const recipeNames = Object.keys(recipes).join(', ');

/** A recipe, by the name that a command gives the flag. */
export const recipe = {
  type: 'string',
  requiresArg: true,
  describe: `How images are prepared: ${recipeNames} or a JSON file`,
} as const satisfies Options;

export const step = {
  type: 'string',
  array: true,
  nargs: 1,
  requiresArg: true,
  describe: 'Change a step of the recipe: NAME:FIELD=VALUE,… or NAME:off; may be given again',
} as const satisfies Options;

export const augment = {
  type: 'string',
  requiresArg: true,
  describe: 'Change training images at random: none, light or strong; strong:rotation=10,erase=0 sets fields',
} as const satisfies Options;

export const csv = {
  type: 'boolean',
  default: false,
  describe: 'Write metrics.csv beside metrics.jsonl, for other programs',
} as const satisfies Options;

/** How often a run is saved within an epoch. */
export const saveEvery = {
  'save-every': {
    type: 'number',
    requiresArg: true,
    default: 30,
    describe: 'Seconds after which the run is saved, to be resumed from there should it be killed',
  },
  'save-every-steps': { type: 'number', requiresArg: true, describe: 'The same in steps' },
} as const satisfies Record<string, Options>;

interface SaveArgs {
  readonly saveEvery: number;
  readonly saveEverySteps?: number | undefined;
}

export const saveEveryOf = ({ saveEvery: seconds, saveEverySteps: steps }: SaveArgs) => ({ seconds, steps });

export const classWeights = {
  type: 'string',
  requiresArg: true,
  describe: settingFields.classWeights.help,
} as const satisfies Options;
