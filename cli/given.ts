import { relative } from 'node:path';
import type { Argv, Options } from 'yargs';
import { type Field, fits } from '../pipeline/fields.ts';
import { readSettings } from '../pipeline/node/files/readSettings.ts';
import { brief } from '../pipeline/text/brief.ts';
import { suggestion } from '../pipeline/text/nearest.ts';
import { visible } from '../pipeline/text/visible.ts';
import { settingFields, settingNames } from '../pipeline/train/settings.ts';
import { flagName } from '../report/flags.ts';
import { note } from './output.ts';
import { stated, UsageError } from './usage.ts';

// Flags may stand in a file and in the environment as well: a file gives way to the environment, and both to a flag.

type Flags = Readonly<Record<string, Options>>;

/** Values by the names of flags. */
type Given = Record<string, unknown>;

const config = {
  type: 'string',
  requiresArg: true,
  describe:
    'quick (MNIST in seconds), settings in TOML or JSON, or config.json of a run; flags and INKGRAD_LR … go before them',
} as const satisfies Options;

/**
 * What some command takes from a file or the environment. One file and one shell serve several commands: each passes over
 * what another takes.
 */
export const everGiven: readonly string[] = [
  ...settingNames.map(flagName),
  ...['data', 'model', 'from', 'device', 'threads', 'revectorize', 'device-profile'],
  ...['limit', 'preprocess', 'step', 'max-pixels', 'skip-broken', 'cache', 'test-share', 'synth-count'],
  ...['image-column', 'label-column', 'split-column', 'mapping', 'transpose'],
  ...['save-every', 'save-every-steps', 'csv', 'tune', 'out'],
  ...['steps', 'least', 'most', 'try', 'draws'],
  ...['merge-case', 'only-known', 'tta', 'top'],
  ...['host', 'port', 'max-body', 'max-waiting', 'timeout'],
];

/** A command's flag `--config`, with which it takes from a file and from the environment what no flag says. */
export function withGiven<T>(parser: Argv<T>, flags: Flags): Argv<T> {
  const given = givenInEnvironment(process.env, flags);
  parser
    .option('config', config)
    // yargs takes from the first of these what no flag says.
    .config('config', config.describe, (path) => ({ ...givenInFile(asTyped(path), flags), ...given }))
    .config(given);
  return parser;
}

/** yargs gives the whole path of what was typed. */
function asTyped(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The flags that a file of settings, or config.json of a run, stands for.
 *
 * @param flags those that may stand in it
 * @throws UsageError where it cannot be read, or a setting is unknown or has a value that it cannot have
 */
function givenInFile(path: string, flags: Flags): Given {
  const found = stated('--config', () => readSettings(path));
  const table = isTable(found.settings) && isTable(found.data) ? flagsOfRun(found) : found;
  const given = Object.entries(table)
    // What config.json has as null was left out.
    .filter(([, value]) => value !== null && value !== undefined)
    .flatMap(([name, value]): [string, unknown][] => {
      const flag = flagName(name);
      const where = `--config ${visible(path)}: ${visible(name)}`;
      if (Object.hasOwn(flags, flag)) return [[flag, checked(where, flag, textOf(flag, value), flags[flag])]];
      if (everGiven.includes(flag)) return [];
      throw new UsageError(`${where}: no such setting${near(flag, flags)}`);
    });
  return Object.fromEntries(given);
}

/**
 * The flags that variables such as INKGRAD_WEIGHT_DECAY stand for.
 *
 * @throws UsageError where one has a value that it cannot have, or is called almost as one
 */
function givenInEnvironment(environment: NodeJS.ProcessEnv, flags: Flags): Given {
  const given: Given = {};
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith('INKGRAD_') || text === undefined || text === '') continue;
    const flag = variable.slice('INKGRAD_'.length).toLowerCase().replaceAll('_', '-');
    if (!Object.hasOwn(flags, flag)) {
      if (everGiven.includes(flag)) continue;
      const meant = suggestion(variable, Object.keys(flags).map(variableOf));
      if (meant !== '') throw new UsageError(`${visible(variable)}: no such setting${meant}`);
      note(`${variable}: is no setting, and passed over`);
      continue;
    }
    given[flag] = checked(variable, flag, text, flags[flag]);
  }
  return given;
}

const variableOf = (flag: string): string => `INKGRAD_${flag.toUpperCase().replaceAll('-', '_')}`;

const near = (flag: string, flags: Flags): string =>
  suggestion(flag, Object.keys(flags)) || `; use ${Object.keys(flags).join(', ')}`;

/** Models, augmentations and weights of classes as the text that their flags take. */
function textOf(flag: string, value: unknown): unknown {
  if (!isTable(value)) return value;
  if (flag === 'augment')
    return `none:${Object.entries(value)
      .map(([field, amount]) => `${field}=${amount}`)
      .join(',')}`;
  return JSON.stringify(value);
}

/** A value as its flag has it. */
function checked(where: string, flag: string, value: unknown, option: Options): unknown {
  const field = fieldOf(flag);
  const isNumber = option.type === 'number';
  const read = isNumber && typeof value === 'string' ? Number(value) : value;
  const expected = (what: string) =>
    new UsageError(`${where} ${visible(brief(String(value)))}: expected ${what}`);
  if (field !== undefined && field.kind !== 'data') {
    if (fits(field, read)) return read;
    throw expected(`${field.expected}${suggestion(String(value), field.choices ?? [])}`);
  }
  if (isNumber && (typeof read !== 'number' || Number.isNaN(read))) throw expected('a number');
  if (option.type === 'boolean') {
    if (!['true', 'false'].includes(String(read))) throw expected('true or false');
    return String(read) === 'true';
  }
  const { choices } = option;
  if (choices && !choices.includes(read as string))
    throw expected(`${choices.join(', ')}${suggestion(String(value), choices.map(String))}`);
  if (option.array) return Array.isArray(read) ? read.map(String) : [String(read)];
  if (!isNumber && (typeof read === 'object' || read === '')) throw expected('a text');
  return isNumber ? read : String(read);
}

const fieldOf = (flag: string): Field | undefined =>
  Object.entries(settingFields).find(([name]) => flagName(name) === flag)?.[1] as Field | undefined;

/** What config.json of a run says, by the names of flags: what was asked for rather than what came of it. */
function flagsOfRun(config: Record<string, unknown>): Given {
  const [settings, data, reading, amount, asked] = ['settings', 'data', 'reading', 'amount', 'asked'].map(
    (name) => (isTable(config[name]) ? (config[name] as Record<string, unknown>) : {}),
  );
  const columns = isTable(reading.columns) ? reading.columns : {};
  const { preprocess, step, from, device, deviceProfile } = asked;
  return {
    ...settings,
    ...{ data: data.source, model: config.model, preprocess, step, from, device, deviceProfile },
    ...{ imageColumn: columns.image, labelColumn: columns.label, splitColumn: columns.split },
    ...{ mapping: reading.mapping, transpose: reading.transpose, testShare: reading.testShare },
    ...amount,
  };
}
