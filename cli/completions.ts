/** What a shell asks, with the program and the words typed so far after it; yargs answers. */
export const ASKED = '--get-yargs-completions';

/** Completions without what yargs adds for the shell that it believes is asking: the scripts take plain words. */
export const plainCompletions = (lines: string): string =>
  lines
    .split('\n')
    .map((line) => line.split(/(?<!\\)[:\t]/)[0].replaceAll('\\:', ':'))
    .join('\n');
