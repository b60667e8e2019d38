import type { Chapter } from '../explorer/tour/chapter.ts';

export interface ChapterOptions {
  /** Where a link to a file of this project leads, by its path from the root; null leaves its text alone. */
  readonly hrefOf?: (path: string) => string | null;
  /** Where the file lies, which figures are found from. */
  readonly folder?: string;
}

/** A chapter of one file: `name` is that of the file without its ending. Throws an Error that says what is missing. */
export function chapterOf(name: string, markdown: string, options?: ChapterOptions): Chapter;

/** All chapters, in their order. */
export function buildChapters(folder?: string, options?: ChapterOptions): Chapter[];
