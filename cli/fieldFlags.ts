import type { Options } from 'yargs';
import { type Field, type Fields, fits } from '../pipeline/fields.ts';
import { flagName, withFlags } from '../report/flags.ts';
import { UsageError } from './usage.ts';

type Kebab<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${Kebab<Rest>}`
    : `-${Lowercase<First>}${Kebab<Rest>}`
  : Name;

/** What yargs makes of a flag; one that may be left out has no default, and is undefined then. */
type FlagOf<F> =
  F extends Field<infer Value>
    ? [Value] extends [string]
      ? { requiresArg: true; describe: string; choices: readonly Value[]; default: Value }
      : F extends { initial: undefined }
        ? { requiresArg: true; describe: string; type: 'number' }
        : null extends Value
          ? { requiresArg: true; describe: string; type: 'number' }
          : { requiresArg: true; describe: string; type: 'number'; default: Value }
    : never;

/** Flags for a table of fields, in its order; the syntax of fields that are data is the caller's. */
export function flagsOf<Table extends Fields>(
  fields: Table,
): { [Name in keyof Table & string as Kebab<Name>]: FlagOf<Table[Name]> } {
  const flags = Object.entries(fields).map(([name, field]): [string, Options] => [
    flagName(name),
    {
      requiresArg: true,
      describe: withFlags(field.help),
      ...(field.choices
        ? { choices: field.choices }
        : { type: field.kind === 'number' ? 'number' : 'string' }),
      ...(field.initial !== undefined && field.initial !== null && { default: field.initial }),
    },
  ]);
  return Object.fromEntries(flags) as never;
}

/** For yargs' `check`: refuses the first flag whose number is out of its field's range. */
export const checkFields =
  (fields: Fields) =>
  (args: Record<string, unknown>): true => {
    for (const [name, field] of Object.entries(fields)) {
      const value = args[flagName(name)];
      if (field.kind !== 'number' || value === undefined || fits(field, value)) continue;
      // What was typed is lost once yargs has made NaN of it.
      throw new UsageError(
        `--${flagName(name)}${Number.isNaN(value) ? '' : ` ${value}`}: expected ${field.expected}`,
      );
    }
    return true;
  };
