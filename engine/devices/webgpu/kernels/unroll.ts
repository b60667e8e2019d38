import { InkgradError } from '../../../errors.ts';
import { marker, placeOf } from '../source.ts';

type Constants = Readonly<Record<string, number | boolean | string>>;

/**
 * Repeats or leaves out parts of a shader, as WGSL itself cannot: `@unroll(i, COUNT) { … $i … }` stands for its body with
 * $i = 0, 1, … COUNT−1 and ${i+1} one more, where COUNT is a number or one of `constants`. So values keep names of their own, `sum0`,
 * `sum1`, and stay in registers: an array in a shader may end up in memory (it does on SwiftShader). `@if(FLAG) { … }` and
 * `@if(!FLAG) { … }` stand for their body or for nothing: Dawn hands a branch of WGSL on whose condition is a constant, and drivers
 * spend their time on what nothing comes to. Other names in `constants` become WGSL constants, or replace the name where their value is text.
 */
export function expand(source: string, constants: Constants): string {
  let text = source;
  const head: string[] = [];
  for (const [name, value] of Object.entries(constants)) {
    if (typeof value === 'string') text = text.replaceAll(name, value);
    else head.push(`const ${name} = ${typeof value === 'number' ? `${value}u` : value};`);
  }
  return `${head.join('\n')}\n${unroll(text, constants)}`;
}

const BLOCK = /@(?:unroll\((?<name>\w+), (?<count>\w+)\)|if\((?<not>!?)(?<flag>\w+)\)) \{/;

function unroll(text: string, constants: Constants): string {
  const match = BLOCK.exec(text);
  if (match === null) return text;
  const { name, count, not, flag } = match.groups!;
  const from = match.index + match[0].length;
  const to = closing(text, from);
  const body = text.slice(from, to);
  const copies =
    flag === undefined
      ? Array.from({ length: countOf(count, constants) }, (_, i) => copy(body, name, i))
      : isSet(flag, constants) === (not === '')
        ? [body]
        : [];
  return unroll(withCopies(text, match.index, to, copies), constants);
}

const copy = (body: string, name: string, i: number): string =>
  body.replaceAll(`\${${name}+1}`, String(i + 1)).replaceAll(`$${name}`, String(i));

function countOf(count: string, constants: Constants): number {
  const value = Number(constants[count] ?? count);
  if (!Number.isInteger(value)) throw new InkgradError(`shader: @unroll over ${count}, which is no number`);
  return value;
}

function isSet(flag: string, constants: Constants): boolean {
  const value = constants[flag];
  if (typeof value !== 'boolean')
    throw new InkgradError(`shader: @if of ${flag}, which is neither true nor false`);
  return value;
}

/** The text with copies in the place of a block; copies of several lines each say what lines they are. */
function withCopies(text: string, from: number, to: number, copies: readonly string[]): string {
  const [before, rest] = [text.slice(0, from), text.slice(to + 1)];
  const block = text.slice(from, to);
  if (!block.includes('\n')) return before + copies.join('') + rest;
  const first = before.split('\n').length;
  const { file, line } = placeOf(text, first);
  const last = placeOf(text, first + block.split('\n').length - 1).line;
  const lineOf = (number: number) => `\n${marker({ file, line: number })}\n`;
  // What stands behind the opening brace is still on its line.
  const pieces = copies.map((copy) =>
    copy.startsWith('\n') ? lineOf(line + 1) + copy.slice(1) : lineOf(line) + copy,
  );
  return `${before}${pieces.join('')}${lineOf(last)}${rest}`;
}

/** The place of the brace that closes the block which begins at `from`. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return at;
  }
  throw new InkgradError('shader: an @unroll or @if block without its closing brace');
}
