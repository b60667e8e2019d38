// The text that people read: README.md and the pages of docs/.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file of Markdown. */
export interface Page {
  /** its path in the project */
  readonly path: string;
  readonly text: string;
}

export const pageAt = (path: string): Page => ({ path, text: readFileSync(path, 'utf8') });

export const readme = pageAt('README.md');

/** docs/README.md, which lists the pages, and those in the order in which it does. */
export const contents = pageAt('docs/README.md');
export const listed: readonly Page[] = [...contents.text.matchAll(/^\d+\. \[[^\]]+\]\(([^)]+\.md)\)/gm)].map(
  ([, name]) => pageAt(join('docs', name)),
);

/** Every file of Markdown below a folder. */
export const pagesBelow = (folder: string): Page[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => pageAt(join(folder, name)));

/** The blocks of code in a language, `sh` or `json`. */
export const blocks = ({ text }: Page, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((match) => match[1]);

/** The same text without its blocks of code. */
export const prose = ({ text }: Page): string => text.replace(/^```[\s\S]*?^```$/gm, '');
