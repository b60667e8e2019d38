/** What a layer is made with: its sizes in order and then options, as in PyTorch, or all of them by name. */

import { InkgradError, whatIs, written } from '../errors.ts';
import type { Known } from '../options.ts';
import { checkOptions, isPlain } from '../options.ts';
import { Context } from './module.ts';

/** The options beside the sizes; without a context layers share `defaultContext()`. */
export type Beside<Options, Size extends keyof Options> = Omit<Options, Size> & {
  readonly context?: Context | undefined;
};

/** What a size may be. */
interface Kind {
  readonly is: (value: unknown) => boolean;
  readonly expected: string;
}

const isWhole = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1;
const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < 1;

export const whole: Kind = { is: isWhole, expected: 'a whole number ≥ 1' };
export const wholePair: Kind = {
  is: (value) => [value].flat().every(isWhole) && [1, 2].includes([value].flat().length),
  expected: 'a whole number ≥ 1 or two of them',
};
/** These may be left out. */
export const share: Kind = {
  is: (value) => value === undefined || isShare(value),
  expected: 'a number from 0 to less than 1',
};
export const finite: Kind = {
  is: (value) => value === undefined || Number.isFinite(value),
  expected: 'a finite number',
};

/**
 * What a constructor was given, as one object.
 *
 * @param sizes what each of the first arguments may be, by name
 * @param known the options beside them
 * @param args the sizes and an object of options, or all in one object, which a context may precede
 * @throws InkgradError for a size that cannot be, an option that is unknown, an argument too many: it says how to write it
 */
export function given<Options extends object, Size extends keyof Options & string>(
  layer: string,
  sizes: Readonly<Record<Size, Kind>>,
  known: Known<Omit<Options, Size>> & { readonly context?: true },
  args: readonly unknown[],
): Options & { readonly context?: Context } {
  const names = Object.keys(sizes) as Size[];
  const options = Object.keys(known);
  const form = [...names, ...(options.length > 0 ? [`{ ${options.join(', ')} }`] : [])].join(', ');
  const usage = `new nn.${layer}(${form})`;
  const [first] = args;
  const hasContext = first instanceof Context;
  const rest = hasContext ? args.slice(1) : args;
  const isNamed = isPlain(rest[0]);
  const most = isNamed ? 1 : names.length + (options.length > 0 ? 1 : 0);
  const byName = (isNamed ? rest[0] : rest.slice(0, most)[names.length]) ?? {};
  if (form === '' && args.length > 0)
    throw new InkgradError(`${layer}: ${whatIs(first)} given; it takes nothing: ${usage}`);
  const all = {
    ...byName,
    ...(hasContext && { context: first }),
    ...(!isNamed && Object.fromEntries(names.map((name, i) => [name, rest[i]]))),
  } as Record<Size, unknown>;
  if (isNamed) checkOptions(layer, byName, { ...sizes, ...known } as Known<object>);
  for (const name of names) {
    const { is, expected } = sizes[name];
    if (is(all[name])) continue;
    throw new InkgradError(
      `${layer}: ${name} is ${written(all[name])}; expected ${expected}, as in ${usage}`,
    );
  }
  if (!isNamed) checkOptions(layer, byName, known as Known<object>);
  if (rest.length > most) throw new InkgradError(`${layer}: ${args.length} arguments; expected ${usage}`);
  return all as Options & { readonly context?: Context };
}
