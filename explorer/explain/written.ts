/** Numbers and sums as a line of text. */

import type { Explained, Part, Ran, Term } from './explanation.ts';

/** Four digits that count: 0.1234, 12.34, 1.234e−8, and fewer where the rest is zeros. */
export function digits(n: number): string {
  if (Number.isInteger(n) && Math.abs(n) < 1e6) return `${n}`.replace('-', '−');
  if (!Number.isFinite(n)) return Number.isNaN(n) ? 'NaN' : n > 0 ? '∞' : '−∞';
  const rounded = Number(n.toPrecision(4));
  const size = Math.abs(rounded);
  const text = size >= 1e6 || size < 1e-4 ? rounded.toExponential() : `${rounded}`;
  return text.replaceAll('-', '−').replace('e+', 'e');
}

/** The same as a factor or behind a sign: a negative one in parentheses. */
export const factor = (n: number): string => (n < 0 ? `(${digits(n)})` : digits(n));

export const partOf = ({ inputs }: Ran, input: number, index: number): Part => ({
  input,
  index,
  value: inputs[input].data[index],
});

/** Parts, multiplied, and with a weight that too. */
export const product = (parts: readonly Part[], weight?: number): Term => ({
  parts,
  ...(weight !== undefined && { weight }),
  value: parts.reduce((value, part) => value * part.value, weight ?? 1),
});

/** A number of an input that stands for itself. */
export const single = (ran: Ran, input: number, index: number): Term => product([partOf(ran, input, index)]);

function writtenTerm({ parts, weight }: Term): string {
  const factors = [...parts.map(({ value }) => value), ...(weight === undefined ? [] : [weight])];
  return factors.map((value, i) => (i === 0 ? digits(value) : factor(value))).join(' · ');
}

/** As many terms as a line has room for. */
const SHOWN = 3;

export function writtenSum(terms: readonly Term[]): string {
  if (terms.length === 0) return '0';
  const shown = terms.slice(0, terms.length > SHOWN ? SHOWN - 1 : SHOWN).map(writtenTerm);
  const signed = shown.map((text, i) => (i > 0 && text.startsWith('−') ? `(${text})` : text));
  return [...signed, ...(terms.length > SHOWN ? ['…'] : [])].join(' + ');
}

const total = (terms: readonly Term[]): number => terms.reduce((sum, { value }) => sum + value, 0);

/** The sum of the terms, and with relu the larger of it and 0. */
export function sumOf(terms: readonly Term[], then?: 'relu'): Explained {
  const sum = total(terms);
  const result = then === 'relu' ? Math.max(sum, 0) : sum;
  const text = then === 'relu' ? `max(${writtenSum(terms)}, 0)` : writtenSum(terms);
  return { how: 'sum', terms, ...(then && { then }), written: `${text} = ${digits(result)}`, result };
}

/** Their sum divided by a count; 0 where nothing counts. */
export function meanOf(terms: readonly Term[], over: number): Explained {
  const result = over === 0 ? 0 : total(terms) / over;
  return {
    how: 'mean',
    terms,
    over,
    written: `(${writtenSum(terms)}) / ${over} = ${digits(result)}`,
    result,
  };
}

/** What the text says of the terms' numbers. */
export const formula = (
  terms: readonly Term[],
  text: string,
  result: number,
  beside: readonly Part[] = [],
): Explained => ({
  how: 'formula',
  terms,
  ...(beside.length > 0 && { beside }),
  written: `${text} = ${digits(result)}`,
  result,
});
