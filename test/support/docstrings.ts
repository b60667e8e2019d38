// Docstrings in the sources: the programs below `@example`, and which functions throw.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program below `@example`. */
export interface Example {
  /** its file and line */
  readonly at: string;
  readonly file: string;
  /** the line of its first line, from 0 */
  readonly start: number;
  /** what stands before the text in a line of that docstring */
  readonly margin: string;
  readonly code: string;
}

const sourcesIn = (folders: readonly string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .sort()
      .map((name) => join(folder, name)),
  );

/** All examples of the sources below some folders. */
export const examplesIn = (folders: readonly string[]): Example[] => sourcesIn(folders).flatMap(examplesOf);

function examplesOf(file: string): Example[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, at) => {
    const margin = /^(\s*\*) @example$/.exec(line)?.[1];
    if (margin === undefined) return [];
    const end = lines.findIndex((next, i) => i > at && /^\s*\*(\/| @)/.test(next));
    const code = lines.slice(at + 1, end).map((text) => text.slice(margin.length + 1));
    return [{ at: `${file}:${at + 1}`, file, start: at + 1, margin, code: `${code.join('\n')}\n` }];
  });
}

/** A line that prints, and the comments right below it. */
const printing = /^( *)(console\.log\(.*\);\n)((?: *\/\/.*\n)*)/gm;

/** What a program is said to print: the comments right below each `console.log`. */
export const outputOf = ({ code }: Example): string =>
  [...code.matchAll(printing)]
    .map(([, , , comments]) => comments.replaceAll(/^ *\/\/ ?/gm, ''))
    .join('')
    .trimEnd();

/** Writes what programs print into the sources: where there is one `console.log` all of it, else one line for each. */
export function withOutput(examples: readonly Example[], printed: ReadonlyMap<string, string>): void {
  // From the last of a file to the first, so that lines before stay where they are.
  for (const example of [...examples].reverse()) {
    const output = printed.get(example.at)!;
    if (output === outputOf(example)) continue;
    const commented = output.split('\n').map((line) => `// ${line}`.trimEnd());
    const isOne = [...example.code.matchAll(printing)].length === 1;
    const code = example.code.replace(printing, (_, indent: string, call: string) => {
      const own = isOne ? commented : commented.splice(0, 1);
      return `${indent}${call}${own.map((line) => `${indent}${line}\n`).join('')}`;
    });
    const lines = readFileSync(example.file, 'utf8').split('\n');
    const before = example.code.split('\n').length - 1;
    const after = code
      .trimEnd()
      .split('\n')
      .map((line) => `${example.margin} ${line}`.trimEnd());
    lines.splice(example.start, before, ...after);
    writeFileSync(example.file, lines.join('\n'));
  }
}

/** A function or a method that has a `throw` in its body. */
export interface Thrower {
  readonly at: string;
  /** `grad`, `Tensor.view` */
  readonly name: string;
  /** whether its docstring has `@throws` */
  readonly says: boolean;
}

/** Exported functions and methods of exported classes whose bodies have a `throw`. */
export const throwersIn = (folders: readonly string[]): Thrower[] => sourcesIn(folders).flatMap(throwersOf);

const exportedFunction =
  /^(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export (?:async )?(?:function |const )(\w+)[\s\S]*?\n?(?:^\}|;$)/gm;
const exportedClass = /^export class (\w+)[\s\S]*?^\}/gm;
const method =
  /^( {2}\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?(?: {2}static from\(.*;\n)* {2}(?:static |async |get )*(\w+)\([^\n]*\{\n[\s\S]*?^ {2}\}/gm;

function throwersOf(file: string): Thrower[] {
  const text = readFileSync(file, 'utf8');
  const lineOf = (index: number) => text.slice(0, index).split('\n').length;
  const thrower = (name: string, docstring: string | undefined, body: string, index: number): Thrower[] =>
    /^\s*(if \(.*\) |else )?throw /m.test(body.slice(docstring?.length ?? 0))
      ? [{ at: `${file}:${lineOf(index)}`, name, says: docstring?.includes('@throws') ?? false }]
      : [];
  const functions = [...text.matchAll(exportedFunction)].flatMap((found) =>
    thrower(found[2], found[1], found[0], found.index),
  );
  const methods = [...text.matchAll(exportedClass)].flatMap((found) =>
    [...found[0].matchAll(method)]
      .filter(([, , name]) => name !== 'constructor')
      .flatMap((inner) => thrower(`${found[1]}.${inner[2]}`, inner[1], inner[0], found.index + inner.index)),
  );
  return [...functions, ...methods];
}
