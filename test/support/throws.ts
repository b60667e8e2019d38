import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** This bundle, in which esbuild prints a statement a line, and what is declared at the top against the margin. */
const bundle = readFileSync(fileURLToPath(import.meta.url), 'utf8');
const lines = bundle.split('\n');

/** First and last line, counted from 0. */
type Range = readonly [number, number];

const functions = new Map<string, Range>();
for (const [first, line] of lines.entries()) {
  const [, ...names] = /^function (\w+)\(|^var (\w+) = (?:\(.*\)|\w+) =>/.exec(line) ?? [];
  const name = names.find((found) => found !== undefined);
  if (name === undefined) continue;
  const isOneLine = line.endsWith(';');
  functions.set(name, [
    first,
    isOneLine ? first : lines.findIndex((text, i) => i > first && /^[}\])]/.test(text)),
  ]);
}

/** A line of the bundle, counted from 1. */
interface Step {
  readonly line: number;
  readonly text: string;
}

/** The calls that lead from a function to a throw, and last the throw. */
export type Way = readonly Step[];

/** Every way from a function down to a throw. A refusal whose trace has its lines has gone it. */
export function throwsOf(f: (...args: never[]) => unknown): Way[] {
  const text = String(f);
  const first = bundle.slice(0, bundle.indexOf(text)).split('\n').length - 1;
  return waysDown([first, first + text.split('\n').length - 1], []);
}

function waysDown([first, last]: Range, before: Way): Way[] {
  const found: Way[] = [];
  for (let i = first; i <= last; i++) {
    const here = [...before, { line: i + 1, text: lines[i].trim() }];
    if (/\bthrow\b/.test(lines[i])) found.push(here);
    // A method is none of these functions; what is spread may be.
    for (const [, name] of lines[i].matchAll(/(?<!\w|[^.]\.)(\w+)\(/g)) {
      const called = functions.get(name);
      if (called !== undefined && called[0] !== first) found.push(...waysDown(called, here));
    }
  }
  return found;
}
