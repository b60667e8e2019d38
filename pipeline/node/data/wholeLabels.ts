import { visible } from '../../text/visible.ts';

/** A whole number as programs write it that hold a column as floats, since one of its cells is empty: 3.0 for 3. */
const FLOAT = /^([+-]?\d+)\.0*$/;

/** What a label means: 3 where it is 3.0, so that both are one class. */
export const wholeLabel = (label: string): string => label.replace(FLOAT, '$1');

/** What a person should know where labels were written as floats. */
export function remarksOnFloats(labels: readonly string[]): string[] {
  const first = labels.find((label) => FLOAT.test(label));
  if (first === undefined) return [];
  return [
    `labels that are whole numbers with a point are read without it, like ${visible(first)} as ${wholeLabel(first)}`,
  ];
}
