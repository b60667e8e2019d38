import { Random } from '../../engine/random.ts';
import { TRIALS_STREAM } from '../data/streams.ts';
import { PipelineError } from '../faults.ts';
import { type Field, fits } from '../fields.ts';
import { suggestion } from '../text/nearest.ts';
import { visible } from '../text/visible.ts';
import { settingFields, settingNames } from './settings.ts';

/** What is tried of one setting, or of the model: some values, or a range that values are drawn from. */
export interface Dimension {
  readonly name: string;
  readonly values?: readonly TriedValue[];
  readonly range?: { readonly from: number; readonly to: number; readonly isWhole: boolean };
}

export type TriedValue = number | string;

/** A value for each dimension, by its name. */
export type Trial = Readonly<Record<string, TriedValue>>;

/** More than anyone waits for, and a slip of the pen. */
const MOST = 1000;

/** What can be tried, as it is written: `weight-decay` is `weightDecay`. */
const names = ['model', ...settingNames];

const camel = (name: string): string =>
  name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * What is tried, from a text such as `lr=0.001,0.003`, `optimizer=adam,sgd` or `lr=0.0001..0.01`. A range is drawn from
 * by equal factors, or evenly where it begins with 0.
 *
 * @throws PipelineError where there is no such setting, or it cannot have such a value
 */
export function parseDimension(text: string): Dimension {
  const [written, list = ''] = text.split(/=(.*)/s);
  const name = camel(written);
  const said = visible(text);
  if (!names.includes(name)) {
    throw refusal(
      `${said}: there is no setting ${visible(written)}${suggestion(name, names) || `; use ${names.join(', ')}`}`,
    );
  }
  const parts = list.split(',').map((part) => part.trim());
  if (parts.includes('')) throw refusal(`${said}: expected values parted by commas, such as lr=0.001,0.003`);
  if (new Set(parts).size < parts.length) throw refusal(`${said}: has a value twice; give it once`);
  if (name === 'model') return { name, values: parts };
  const field = settingFields[name as keyof typeof settingFields] as Field;
  const bounds = list.match(/^([^,]+?)\.\.([^,]+)$/);
  if (bounds !== null) {
    const [from, to] = bounds.slice(1).map((part) => triedValue(field, part, said) as number);
    if (field.kind !== 'number' || from >= to)
      throw refusal(`${said}: expected a range of numbers, the lower one first`);
    return { name, range: { from, to, isWhole: !fits(field, from + (to - from) / Math.PI) } };
  }
  return { name, values: parts.map((part) => triedValue(field, part, said)) };
}

function triedValue(field: Field, part: string, said: string): TriedValue {
  // What is data has a syntax of its own, which its reader checks.
  if (field.kind === 'data') return part;
  const value = field.kind === 'number' ? Number(part) : part;
  if (fits(field, value)) return value as TriedValue;
  throw refusal(
    `${said}: ${visible(part)}; expected ${field.expected}${suggestion(part, field.choices ?? [])}`,
  );
}

const refusal = (line: string): PipelineError => new PipelineError(line, 'invalid-setting');

/**
 * Every combination, the last dimension changing fastest.
 *
 * @throws PipelineError where a dimension is a range, is there twice, or there are too many
 */
export function gridOf(dimensions: readonly Dimension[]): Trial[] {
  checkNames(dimensions);
  const open = dimensions.find(({ range }) => range !== undefined);
  if (open) throw refusal(`${open.name}: a range has no end of values; draw from it with \`draws\``);
  const size = sizeOf(dimensions);
  if (size > MOST) throw refusal(`${size} combinations are too many to try all; draw some with \`draws\``);
  return combine(dimensions);
}

/**
 * Random combinations, no two alike; all of a grid that has no more.
 *
 * @param draws how many, at most 1000
 * @param seed the same seed draws the same ones, and the first of more
 * @throws PipelineError where a dimension is there twice
 */
export function drawTrials(dimensions: readonly Dimension[], draws: number, seed: number): Trial[] {
  checkNames(dimensions);
  if (draws > MOST) throw refusal(`\`draws\` ${draws}: expected at most ${MOST}`);
  if (sizeOf(dimensions) <= draws) return combine(dimensions);
  const random = new Random(seed, TRIALS_STREAM);
  const drawn = new Map<string, Trial>();
  // A narrow range of whole numbers may hold fewer than are asked for.
  for (let i = 0; drawn.size < draws && i < 100 * draws; i++) {
    const trial = Object.fromEntries(
      dimensions.map((dimension) => [dimension.name, draw(dimension, random)]),
    );
    drawn.set(JSON.stringify(trial), trial);
  }
  return [...drawn.values()];
}

function draw({ values, range }: Dimension, random: Random): TriedValue {
  if (range === undefined) return values![random.integer(values!.length)];
  const { from, to, isWhole } = range;
  const share = random.uniform(0, 1);
  const value = from > 0 ? from * (to / from) ** share : from + share * (to - from);
  // As many digits as anyone would type.
  return isWhole ? Math.round(value) : Number(value.toPrecision(3));
}

const sizeOf = (dimensions: readonly Dimension[]): number =>
  dimensions.reduce((size, { values }) => size * (values?.length ?? Infinity), 1);

const combine = (dimensions: readonly Dimension[]): Trial[] =>
  dimensions.reduce<Trial[]>(
    (trials, { name, values }) =>
      trials.flatMap((trial) => values!.map((value) => ({ ...trial, [name]: value }))),
    [{}],
  );

function checkNames(dimensions: readonly Dimension[]): void {
  const twice = dimensions.find(({ name }, i) => dimensions.findIndex((other) => other.name === name) < i);
  if (twice) throw refusal(`${twice.name}: is tried twice; give all its values at once`);
}
