/** The examples of the book's chapters as programs that run. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { build } from 'esbuild';
import { wgsl } from '../../../scripts/wgsl.mjs';
import { claimsIn, numbersComment } from './numbers.ts';

/** A chapter: the name of its file without its ending, and its Markdown. */
export interface Text {
  readonly name: string;
  readonly markdown: string;
}

/** A piece of a program, what follows it up to the next one, and what it is said to print. */
export const example = /^```ts test\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm;

export const examplesOf = (markdown: string) =>
  [...markdown.matchAll(example)].map(([, code, printed]) => ({ code, printed }));

/** Below build/, which git and the linter do not see, and as deep as the book, so that examples find the project. */
export const BUILT = 'build/book';

/** Stands between what two examples print. */
const BETWEEN = '-- the next example --';

/** Where a program tells what the numbers of its text are. */
const said = `export const numbers: { written: string; value: number }[] = [];
export const said = (written: string, value: number) => numbers.push({ written, value });
`;

/** Examples and claims in their order, as one program. */
function programOf({ markdown }: Text): string {
  const pieces = [
    ...[...markdown.matchAll(example)].map(({ index, 1: code }) => ({
      index,
      code: `${code}console.log('${BETWEEN}');\n`,
    })),
    ...[...markdown.matchAll(numbersComment)].map(({ index, 1: claims }) => ({
      index,
      code: claimsIn(claims)
        .map(({ written, expression }) => `said('${written}', await (${expression}));\n`)
        .join(''),
    })),
  ].sort((a, b) => a.index - b.index);
  const program = pieces.map(({ code }) => code).join('');
  const isSaid = /^said\(/m.test(program);
  return isSaid
    ? `import { said } from './said.ts';\n${program}export { numbers } from './said.ts';\n`
    : program;
}

/** Writes them where they can be checked by their types, too. */
export function writePrograms(book: string, texts: readonly Text[]): void {
  mkdirSync(BUILT, { recursive: true });
  copyFileSync(join(book, 'book.ts'), join(BUILT, 'book.ts'));
  writeFileSync(join(BUILT, 'said.ts'), said);
  const settings = {
    extends: '../../tsconfig.json',
    include: ['*.ts', '../../shaders', '../../wasm/wasm.d.ts'],
  };
  writeFileSync(join(BUILT, 'tsconfig.json'), JSON.stringify(settings));
  for (const text of texts) writeFileSync(join(BUILT, `${text.name}.ts`), programOf(text));
}

export interface Ran {
  /** what each example prints */
  readonly printed: readonly string[];
  /** what the program makes of the numbers of its text, where comments say how */
  readonly numbers: readonly { readonly written: string; readonly value: number }[];
}

/** Runs all of them, one after the other, each with an engine of its own, as a reader would. */
export async function runPrograms(texts: readonly Text[]): Promise<Map<string, Ran>> {
  await build({
    ...{ entryPoints: texts.map(({ name }) => join(BUILT, `${name}.ts`)), outdir: BUILT },
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'es2022' },
    ...{ plugins: [wgsl], loader: { '.wasm': 'binary' }, logLevel: 'warning' },
  });
  const ran = new Map<string, Ran>();
  const { log } = console;
  try {
    for (const { name } of texts) {
      const lines: string[] = [];
      console.log = (...words) => lines.push(format(...words));
      const { numbers = [] } = await import(pathToFileURL(resolve(BUILT, `${name}.js`)).href);
      const pieces = lines.join('\n').split(BETWEEN).slice(0, -1);
      ran.set(name, {
        printed: pieces.map((piece) => piece.replace(/^\n|\n$/g, '')),
        numbers,
      });
    }
  } finally {
    console.log = log;
  }
  return ran;
}
