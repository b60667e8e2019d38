import { is } from 'valibot';
import { InkgradError } from '../engine/errors.ts';
import { type Range, ranges } from '../pipeline/fields.ts';
import { suggestion } from '../pipeline/text/nearest.ts';
import { flagName, withFlags } from '../report/flags.ts';

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {}

export { type Range, ranges };

/** What an error of the pipeline says, as one of the flag's. */
export function stated<T>(flag: string, find: () => T): T {
  try {
    return find();
  } catch (error) {
    throw asUsage(flag, error);
  }
}

/** An error of the pipeline as one of a flag; any other as it is. */
export const asUsage = (flag: string, error: unknown): unknown =>
  error instanceof InkgradError ? new UsageError(`${flag} ${withFlags(error.message)}`) : error;

/** For yargs' `check`: refuses the first flag whose number is out of its range. */
export const checkRanges =
  (flags: Readonly<Record<string, Range>>) =>
  (args: Record<string, unknown>): true => {
    for (const [name, [schema, expected]] of Object.entries(flags)) {
      const value = args[name];
      if (value === undefined || is(schema, value)) continue;
      // What was typed is lost once yargs has made NaN of it.
      throw new UsageError(`--${name}${Number.isNaN(value) ? '' : ` ${value}`}: expected ${expected}`);
    }
    return true;
  };

/** Flags that make a list. */
const REPEATED = ['--step', '--try'];

/** yargs adds up numbers that are given twice, and makes lists of texts: neither is what anyone means. */
export function refuseTwice(words: readonly string[]): void {
  const end = words.indexOf('--');
  const flags = words.slice(0, end < 0 ? words.length : end).filter((word) => word.startsWith('--'));
  const names = flags.map((word) => word.split('=')[0]);
  for (const [i, name] of names.entries()) {
    const before = names.slice(0, i).find((other) => switched(other) === switched(name));
    if (before === undefined || REPEATED.includes(name)) continue;
    throw new UsageError(
      before === name ? `${name} is given twice; give it once` : `${before} and ${name}: give one of them`,
    );
  }
}

/** What a flag is about: `--no-tune` is about `--tune`, and yargs takes `--maxPixels` for `--max-pixels`. */
const switched = (flag: string): string => flagName(flag.replace(/^--(no-)?/, ''));

/** For yargs' `check`: a switch is on or off; yargs takes every other word for off. */
export function refuseSpoiltSwitch(words: readonly string[], switches: readonly string[]): true {
  for (const word of words) {
    if (word === '--') break;
    const [, flag, value] = word.match(/^--?([^=]+)=(.*)$/s) ?? [];
    if (flag === undefined || !switches.includes(flag) || value === 'true' || value === 'false') continue;
    throw new UsageError(`${word}: expected --${flagName(flag)} or --no-${flagName(flag)}, without a value`);
  }
  return true;
}

/** For yargs' `check`: only a switch can be turned off; yargs takes the word for a value of any flag. */
export function refuseNegated(
  words: readonly string[],
  flags: readonly string[],
  switches: readonly string[],
): true {
  for (const word of words) {
    if (word === '--') break;
    const name = word.match(/^--no-([^=]+)/)?.[1];
    if (name === undefined || !flags.includes(name) || switches.includes(name)) continue;
    throw new UsageError(`${word}: --${name} takes a value; give one, or leave the flag out`);
  }
  return true;
}

/** What stands first must be a command, or a flag that needs none. yargs would name what stands last. */
export function refuseUnknownStart([first]: readonly string[], commands: readonly string[]): void {
  const free = ['--help', '-h', '--version', '--verbose', '--quiet'];
  if (first === undefined || commands.includes(first) || free.includes(first)) return;
  throw new UsageError(
    first.startsWith('-')
      ? `${first}: no such flag${suggestion(first, free) || '; give a command first'}`
      : `${first}: no such command${suggestion(first, commands) || `; use ${commands.join(', ')}`}`,
  );
}

/** For yargs' `check`: an empty text is what a shell makes of a variable that is not set. */
export function refuseEmpty(args: Record<string, unknown>): true {
  const name = Object.keys(args).find((key) => args[key] === '');
  if (name !== undefined) throw new UsageError(`--${name}: is empty; give a value or leave the flag out`);
  return true;
}

/** Says in one line what yargs says in several, and what was probably meant. */
export function usageError(message: string, words: readonly string[], flags: readonly string[]): UsageError {
  const unknown = message.match(/^Unknown arguments?: ([^,]+)/)?.[1];
  const dashed = (name: string) => (name.length === 1 ? `-${name}` : `--${name}`);
  if (
    unknown !== undefined &&
    words.some((word) => /^-/.test(word) && word.replace(/^-+/, '').startsWith(unknown))
  ) {
    const near = suggestion(dashed(unknown), flags.map(dashed));
    return new UsageError(`${dashed(unknown)}: no such flag${near || '; --help lists them'}`);
  }
  if (unknown !== undefined) {
    return new UsageError(`${unknown}: one argument too many; inkgrad ${words[0]} --help shows them`);
  }
  const value = message.match(/Argument: ([^,]+), Given: ("?)(.*?)\2, Choices: (.*)/);
  if (value !== null) {
    const [, flag, , given, list] = value;
    const choices = list.replaceAll('"', '').split(', ');
    return new UsageError(`--${flag} ${given}: expected ${choices.join(', ')}${suggestion(given, choices)}`);
  }
  const lacking = message.match(/Not enough arguments following: (\S+)/)?.[1];
  if (lacking !== undefined)
    return new UsageError(`${dashed(lacking)}: its value is missing; --help shows what it takes`);
  if (message.startsWith('Not enough non-option')) {
    return new UsageError(`${words[0]}: an argument is missing; inkgrad ${words[0]} --help shows them`);
  }
  return new UsageError(message.replaceAll(/\s*\n\s*/g, ' ').trim());
}
