import * as v from 'valibot';
import * as numbers from './numbers.ts';

/** A value that a person sets: what it may be, what it is where nobody says, and what it is for. */
export interface Field<Value = unknown> {
  /** @internal */
  readonly schema: v.GenericSchema<unknown, Value>;
  /** what it may be, for errors: "expected …" */
  readonly expected: string;
  /** its kind, for flags and forms; `data` comes as a text of its own syntax */
  readonly kind: 'number' | 'choice' | 'data';
  /** what it may be, where that is one of a list */
  readonly choices?: readonly string[];
  /** what it is where nobody says; undefined where that depends on the others */
  readonly initial?: Value | undefined;
  /** what it is for, in a sentence */
  readonly help: string;
}

/** A table of values that a person sets, by name. */
export type Fields = Readonly<Record<string, Field>>;

/** The values of a table of fields. */
export type Values<Table extends Fields> = {
  readonly [Name in keyof Table]: Table[Name] extends Field<infer Value> ? Value : never;
};

/** What a number may be, and the words for it. */
export type Range = readonly [v.GenericSchema<unknown, number>, string];

/** What numbers may be. */
export const ranges = {
  count: [numbers.whole(1), 'a whole number ≥ 1'],
  batch: [numbers.whole(1, 1_000_000), 'a whole number from 1 to 1000000'],
  ofEach: [numbers.whole(1, 100_000), 'a whole number from 1 to 100000'],
  several: [numbers.whole(2), 'a whole number ≥ 2'],
  countOrZero: [v.pipe(numbers.whole(0), v.safeInteger()), 'a whole number ≥ 0'],
  threads: [numbers.whole(1, 64), 'a whole number from 1 to 64'],
  port: [numbers.whole(0, 65_535), 'a whole number from 0 to 65535'],
  megabytes: [numbers.whole(1, 1000), 'a whole number from 1 to 1000'],
  seconds: [numbers.within(1, 3600), 'a number from 1 to 3600'],
  positive: [v.pipe(numbers.finite, v.gtValue(0)), 'a number > 0'],
  positiveOrZero: [v.pipe(numbers.finite, v.minValue(0)), 'a number ≥ 0'],
  part: [v.pipe(v.number(), v.gtValue(0), v.ltValue(1)), 'a number above 0 and below 1'],
  share: [numbers.share, 'a number from 0 to less than 1'],
} as const satisfies Record<string, Range>;

export type RangeName = keyof typeof ranges;

export const number = (range: RangeName, initial: number, help: string): Field<number> => ({
  kind: 'number',
  schema: ranges[range][0],
  expected: ranges[range][1],
  initial,
  help,
});

/** A number that may be left out, which is null. */
export const optional = (range: RangeName, help: string): Field<number | null> => ({
  kind: 'number',
  schema: v.nullable(ranges[range][0]),
  expected: ranges[range][1],
  initial: null,
  help,
});

export const choice = <Name extends string>(
  choices: readonly Name[],
  initial: NoInfer<Name>,
  help: string,
): Field<Name> => ({
  kind: 'choice',
  schema: v.picklist(choices),
  expected: choices.join(', '),
  choices,
  initial,
  help,
});

/** A number of a range of its own. */
export const within = (least: number, most: number, unit: string, help = ''): Field<number> => ({
  kind: 'number',
  schema: numbers.within(least, most),
  expected: `a number from ${least} to ${most}, ${unit}`,
  initial: least,
  help,
});

/** Whether a value fits a field. */
export const fits = <Value>(field: Field<Value>, value: unknown): value is Value => v.is(field.schema, value);
