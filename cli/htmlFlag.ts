import { join } from 'node:path';
import type { Options } from 'yargs';
import { UsageError } from './usage.ts';

/** A page is written where `--html` is given, under its name or a usual one. */
export const html = {
  type: 'string',
  describe: 'Write it as a page too, to FILE.html [report.html in --out]',
} as const satisfies Options;

/** What `--html` alone stands for, so that it never takes a PATH that follows it for a name. */
const USUAL_PAGE = 'in --out';

/** Gives `--html` without the name of a page a value that stands for the usual one. */
export const completeHtml = (words: readonly string[]): string[] =>
  words.map((word, i) =>
    word === '--html' && !isPageName(words[i + 1] ?? '') ? `--html=${USUAL_PAGE}` : word,
  );

const isPageName = (name: string): boolean => /\.html?$/i.test(name);

/**
 * Where the page goes; null where none is wanted.
 *
 * @throws UsageError where its name does not end as one
 */
export function pagePathOf(given: string | undefined, out: string): string | null {
  if (given === undefined) return null;
  if (given === USUAL_PAGE) return join(out, 'report.html');
  if (isPageName(given)) return given;
  throw new UsageError(`--html ${given}: expected a name that ends in .html, or nothing`);
}
