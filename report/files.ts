import { join } from 'node:path';
import { makeFolder } from '../pipeline/node/files/makeFolder.ts';
import { writeDurably, writing } from '../pipeline/node/files/writeFile.ts';

/** A report in the forms that people, programs and pages take. */
export interface Documents {
  readonly markdown: string;
  readonly json: unknown;
  readonly svg?: string;
}

/** Writes NAME.md, NAME.json and NAME.svg into a folder, which is made if need be; gives their paths. */
export function writeDocuments(folder: string, name: string, { markdown, json, svg }: Documents): string[] {
  writing(folder, () => makeFolder(folder));
  const files: Record<string, string> = {
    md: `${markdown.trimEnd()}\n`,
    json: `${JSON.stringify(json, null, 2)}\n`,
    ...(svg !== undefined && { svg }),
  };
  return Object.entries(files).map(([ending, content]) => {
    const path = join(folder, `${name}.${ending}`);
    writeDurably(path, content);
    return path;
  });
}
