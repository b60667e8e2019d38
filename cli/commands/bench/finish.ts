import type { Documents } from '../../../report/files.ts';
import { writeDocuments } from '../../../report/files.ts';
import { note, print, printJson } from '../../output.ts';

/** Writes a report into --out and prints it: as JSON, or as a person reads it. */
export function finish(
  name: string,
  args: { readonly out?: string | undefined; readonly json: boolean },
  documents: Documents,
  text: string,
): void {
  const written = args.out === undefined ? [] : writeDocuments(args.out, name, documents);
  if (args.json) printJson(documents.json);
  else print(text);
  if (written.length > 0) note(`\nwritten: ${written.join(', ')}`);
}
