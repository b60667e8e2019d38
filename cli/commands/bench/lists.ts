/** Flags that take several values, with commas between. */
import { is } from 'valibot';
import { suggestion } from '../../../pipeline/text/nearest.ts';
import { ranges, UsageError } from '../../usage.ts';

const parts = (text: string): string[] => [...new Set(text.split(',').map((part) => part.trim()))];

/** For yargs' `coerce`: some of these names. */
export const namesOf =
  <T extends string>(flag: string, known: readonly T[]) =>
  (text: string): T[] =>
    parts(text).map((given) => {
      const found = known.find((name) => name === given);
      if (found !== undefined) return found;
      const near = suggestion(given, known);
      throw new UsageError(`--${flag} ${given || text}: expected some of ${known.join(', ')}${near}`);
    });

/** For yargs' `coerce`: whole numbers ≥ 1. */
export const countsOf =
  (flag: string) =>
  (text: string): number[] =>
    parts(text).map((given) => {
      const [schema, expected] = ranges.count;
      if (given !== '' && is(schema, Number(given))) return Number(given);
      throw new UsageError(`--${flag} ${text}: expected ${expected}, or several with commas between`);
    });
