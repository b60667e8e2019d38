import type * as v from 'valibot';

/** What sets one parameter of a step. */
export type Control =
  | { readonly kind: 'choice'; readonly name: string; readonly choices: readonly string[] }
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly least: number;
      readonly most: number;
      readonly step: number;
    };

/** As much of a schema of valibot as is looked at here. */
interface Schema {
  readonly type: string;
  readonly key?: string;
  readonly literal?: unknown;
  readonly options?: readonly unknown[];
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly pipe?: readonly (Schema & { readonly requirement?: unknown })[];
}

/** All that a number is held to, also by what its range is built on. */
const actionsOf = ({ pipe = [] }: Schema): NonNullable<Schema['pipe']> =>
  pipe.flatMap((action, i) => (i === 0 && action.pipe ? actionsOf(action) : [action]));

function controlOf(name: string, schema: Schema): Control | null {
  if (schema.type === 'picklist') return { kind: 'choice', name, choices: schema.options as string[] };
  if (schema.type !== 'number') return null;
  const actions = actionsOf(schema);
  const bound = (type: string) =>
    actions.find((action) => action.type === type)?.requirement as number | undefined;
  const [least, most] = [bound('min_value') ?? 0, bound('max_value') ?? 1];
  const isWhole = actions.some(({ type }) => type === 'integer');
  // A window that has a middle is checked by a rule: from an odd number on, every second.
  const isOdd = isWhole && actions.some(({ type }) => type === 'check');
  return { kind: 'number', name, least, most, step: isOdd ? 2 : isWhole ? 1 : (most - least) / 200 };
}

/** The objects that a schema allows: one, or one for each value of the field that tells them apart. */
function variantsOf(schema: Schema): readonly Schema[] {
  return schema.type === 'variant' ? (schema.options as readonly Schema[]) : [schema];
}

/**
 * What sets the parameters of a step, read from the schema that also checks them.
 *
 * @param now the parameters that it has
 */
export function controlsOf(parameters: v.GenericSchema, now: Readonly<Record<string, unknown>>): Control[] {
  const schema = parameters as unknown as Schema;
  const variants = variantsOf(schema);
  const { key } = schema;
  const literal = (variant: Schema) => variant.entries?.[key!]?.literal as string;
  const own = key === undefined ? variants[0] : variants.find((variant) => literal(variant) === now[key]);
  const choice: Control[] =
    key === undefined ? [] : [{ kind: 'choice', name: key, choices: variants.map(literal) }];
  const others = Object.entries(own?.entries ?? {}).map(([name, entry]) => controlOf(name, entry));
  return [...choice, ...others.filter((control) => control !== null)];
}

/** The parameters after one was set; what another choice needs beside is in the middle of its range. */
export function withValue(
  parameters: v.GenericSchema,
  now: Readonly<Record<string, unknown>>,
  name: string,
  value: unknown,
): Record<string, unknown> {
  const set = { ...now, [name]: value };
  const wanted = controlsOf(parameters, set);
  const kept = wanted.map((control): [string, unknown] => [
    control.name,
    set[control.name] ?? usual(control),
  ]);
  return Object.fromEntries(kept);
}

const usual = (control: Control): unknown => {
  if (control.kind === 'choice') return control.choices[0];
  const { least, most, step } = control;
  // Shares begin in the middle; windows and blurs are small beside what they may be.
  const part = most <= 1 ? 0.5 : 0.1;
  return least + step * Math.round((part * (most - least)) / step);
};
