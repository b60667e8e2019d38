/** An option of a layer as it is typed: `3`, `3, 5`, `same`. */
export const optionText = (value: unknown): string => {
  if (value === undefined) return '';
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * What was typed as the value of an option. What no option takes comes as it is, to be refused by name.
 *
 * @returns undefined where nothing was typed
 */
export function optionOf(text: string): unknown {
  const bare = text.trim().replace(/^(['"])(.*)\1$/, '$2');
  if (bare === '') return undefined;
  if (NUMBER.test(bare)) return Number(bare);
  const parts = bare.replace(/^\[(.*)\]$/, '$1').split(/[,×]/);
  const numbers = parts.map((part) => part.trim()).filter((part) => part !== '');
  const isList = numbers.length > 0 && numbers.every((part) => NUMBER.test(part));
  return isList ? numbers.map(Number) : bare;
}
