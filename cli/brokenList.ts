import { visible } from '../pipeline/text/visible.ts';
import { withFlags } from '../report/flags.ts';
import { note } from './output.ts';

/** At the end of a command: the images that it went on without. */
export function listBroken(broken: readonly string[] = []): void {
  if (broken.length === 0) return;
  note(`\n${broken.length} ${broken.length === 1 ? 'image' : 'images'} left out, which cannot be read:`);
  for (const line of broken) note(`  ${visible(withFlags(line))}`);
}
