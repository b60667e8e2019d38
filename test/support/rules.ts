import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary } from '../../engine/ops/binary.ts';
import { unary } from '../../engine/ops/unary.ts';

/**
 * The rules that an op's `infer` checks, read out of the source: one for each `throw new ShapeError(` that
 * can be reached from it, also through helpers such as expectRank and windowOutput. Tests run in the root of
 * the project, where the source lies.
 */
export interface ShapeRule {
  /** The template of the message, with what is known at the call filled in. */
  readonly template: string;
  /** What a message of this rule looks like. */
  readonly pattern: RegExp;
}

interface Source {
  readonly file: string;
  readonly params: readonly string[];
  readonly body: string;
}

const folders = ['engine', 'engine/ops', 'engine/data'];
const files = new Map(
  folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.ts'))
      .map((name): [string, string] => {
        const path = join(folder, name);
        return [path, withoutComments(readFileSync(path, 'utf8'))];
      }),
  ),
);

function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The end of a string or template that starts at `from`: one past its closing quote. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (text[at] !== text[from]) {
    if (text[at] === '\\') at++;
    if (text[from] === '`' && text.startsWith('${', at)) at = endOf(text, at + 1) - 1;
    at++;
  }
  return at + 1;
}

/** One past the bracket that closes the one at `from`. */
function endOf(text: string, from: number): number {
  const closer = closers[text[from]];
  let at = from + 1;
  while (text[at] !== closer) {
    if (at >= text.length) throw new Error(`no ${closer} for: ${text.slice(from, from + 60)}`);
    if ('\'"`'.includes(text[at])) at = endOfString(text, at);
    else if (text[at] in closers) at = endOf(text, at);
    else at++;
  }
  return at + 1;
}

/** The parts of an argument list between its commas. */
function split(list: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at <= list.length; ) {
    if (at === list.length || list[at] === ',') {
      parts.push(list.slice(start, at).trim());
      start = ++at;
    } else if ('\'"`'.includes(list[at])) at = endOfString(list, at);
    else if (list[at] in closers) at = endOf(list, at);
    else at++;
  }
  return parts.filter((part) => part !== '');
}

/** A function whose argument list opens at `open`: with a body in braces, or an arrow with an expression. */
function functionAt(file: string, text: string, open: number): Source {
  const close = endOf(text, open);
  const params = split(text.slice(open + 1, close - 1)).map((part) => part.replace(/^\.\.\./, ''));
  const rest = text.slice(close);
  const arrow = /^\s*=>\s*/.exec(rest);
  // A return type stands between the arguments and the brace.
  const brace = arrow === null ? rest.search(/\{\n/) : arrow[0].length;
  if (arrow !== null && rest[brace] !== '{') {
    const end = rest.slice(brace).search(/,\n {2}\w/);
    return { file, params, body: rest.slice(brace, end < 0 ? undefined : brace + end) };
  }
  return { file, params, body: rest.slice(brace, endOf(rest, brace)) };
}

/** Every named function of these folders; two files may use one name. */
const functions = new Map<string, Source[]>();
for (const [file, text] of files) {
  for (const match of text.matchAll(/^(?:export )?function (\w+)(?:<[^(]*>)?\(/gm)) {
    const source = functionAt(file, text, match.index + match[0].length - 1);
    functions.set(match[1], [...(functions.get(match[1]) ?? []), source]);
  }
}

/** The function that a call in `file` means: its own, else the only one there is. */
function calledFrom(file: string, name: string): Source | undefined {
  const all = functions.get(name) ?? [];
  return all.find((source) => source.file === file) ?? (all.length === 1 ? all[0] : undefined);
}

/** The names of a function's parameters → what is known of the arguments, which are literals or unknown. */
type Known = ReadonlyMap<string, string>;

const literal = (argument: string, known: Known): string | undefined =>
  /^'([^']*)'$/.exec(argument)?.[1] ?? known.get(argument);

/** The message of a throw as one template: pieces joined by + and known names filled in. */
function templateOf(argument: string, known: Known): string {
  const pieces = [...argument.matchAll(/`([^`]*)`|'([^']*)'/g)].map((match) => match[1] ?? match[2]);
  return pieces.join('').replace(/\$\{(\w+)\}/g, (whole, name: string) => known.get(name) ?? whole);
}

/** Walks a body and everything that it calls; collects the templates that it can throw. */
function collect({ file, body }: Source, known: Known, found: Set<string>, depth = 0): void {
  if (depth > 8) throw new Error('shape rules call each other in a circle');
  for (const match of body.matchAll(/\b(?:throw new ShapeError|(\w+))\(/g)) {
    const open = match.index + match[0].length - 1;
    const list = body.slice(open + 1, endOf(body, open) - 1);
    const name = match[1];
    if (name === undefined) {
      found.add(templateOf(list, known));
      continue;
    }
    const target = calledFrom(file, name);
    if (target === undefined) continue;
    const bound = new Map<string, string>();
    split(list).forEach((argument, i) => {
      const value = literal(argument, known);
      const param = /^\w+/.exec(target.params[i] ?? '')?.[0];
      if (value !== undefined && param !== undefined) bound.set(param, value);
    });
    collect(target, bound, found, depth + 1);
  }
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `${…}` stands for anything, also with braces inside. */
function patternOf(template: string): RegExp {
  let pattern = '';
  for (let at = 0; at < template.length; ) {
    if (template.startsWith('${', at)) {
      pattern += '.*';
      at = endOf(template, at + 1);
    } else pattern += escaped(template[at++]);
  }
  return new RegExp(`^${pattern}$`);
}

/** Where an op is defined: the rest of its file from there on. Rows of a table share one `infer`. */
function definitionOf(op: string): [file: string, text: string] {
  if (op in unary || op in binary) {
    const file = join('engine/ops', op in unary ? 'unary.ts' : 'binary.ts');
    const text = files.get(file)!;
    return [file, text.slice(text.indexOf('return {\n    name,'))];
  }
  for (const [file, text] of files) {
    const at = text.indexOf(`\n  name: '${op}',`);
    if (at >= 0) return [file, text.slice(at)];
  }
  throw new Error(`no file of engine/ops has name: '${op}'`);
}

export function rulesOf(op: string): ShapeRule[] {
  const [file, text] = definitionOf(op);
  const start = /\binfer(?:: )?\(/.exec(text);
  if (start === null) throw new Error(`${op} has no infer(`);
  const found = new Set<string>();
  collect(functionAt(file, text, start.index + start[0].length - 1), new Map([['name', op]]), found);
  return [...found].map((template) => ({ template, pattern: patternOf(template) }));
}
