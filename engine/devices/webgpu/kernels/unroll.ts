import { InkgradError } from '../../../errors.ts';
import { marker, placeOf } from '../source.ts';

/**
 * Repeats the parts of a shader that WGSL itself cannot: `@unroll(i, COUNT) { … $i … }` stands for its body with
 * $i = 0, 1, … COUNT−1 and ${i+1} one more, where COUNT is a number or one of `constants`. So values keep names of their own, `sum0`,
 * `sum1`, and stay in registers: an array in a shader may end up in memory (it does on SwiftShader). `@if(FLAG) { … }` and
 * `@if(!FLAG) { … }` stand for their body or for nothing: Dawn hands a branch of WGSL on whose condition is a constant, and drivers
 * spend their time on what nothing comes to. Other names in `constants` become WGSL constants, or replace the name where their value is text.
 */
export function expand(
  source: string,
  constants: Readonly<Record<string, number | boolean | string>>,
): string {
  let text = source;
  const head: string[] = [];
  for (const [name, value] of Object.entries(constants)) {
    if (typeof value === 'string') text = text.replaceAll(name, value);
    else head.push(`const ${name} = ${typeof value === 'number' ? `${value}u` : value};`);
  }
  return `${head.join('\n')}\n${unroll(text, constants)}`;
}

function unroll(text: string, constants: Readonly<Record<string, number | boolean | string>>): string {
  const match = /@(?:unroll\((\w+), (\w+)|if\((!?)(\w+))\) ./.exec(text);
  if (match === null) return text;
  const [opening, name, count, not, flag] = match;
  const from = match.index + opening.length;
  const to = closing(text, from);
  const value = Number(constants[count ?? flag] ?? count);
  if (!Number.isInteger(value)) {
    throw new InkgradError(`shader: @${opening.slice(1, -2)}, where ${count ?? flag} is no number and no flag`);
  }
  const times = not === '!' ? 1 - value : value;
  const body = text.slice(from, to);
  const next = `\${${name}+1}`;
  const copies = Array.from({ length: times }, (_, i) =>
    body.replaceAll(next, String(i + 1)).replaceAll(`$${name}`, String(i)),
  );
  return unroll(withCopies(text, match.index, to, copies), constants);
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
  throw new InkgradError('shader: an @unroll block without its closing brace');
}
