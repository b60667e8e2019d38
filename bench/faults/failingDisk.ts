/**
 * `node --import failingDisk.js …`: the disk below FAULT_FOLDER fails at action number FAULT_AT, once or from then on, with
 * FAULT_CODE. How many actions there were goes to the file FAULT_COUNT.
 */
import { writeFileSync } from 'node:fs';
import { watchDisk } from './watchedDisk.ts';

const { FAULT_FOLDER, FAULT_AT, FAULT_CODE, FAULT_LASTS, FAULT_COUNT } = process.env;
const at = Number(FAULT_AT);
/** What takes no room is done on a full disk, too. */
const roomy = new Set(['truncate', 'remove', 'rename']);
let actions = 0;
watchDisk(FAULT_FOLDER!, (kind) => {
  const number = actions++;
  if (FAULT_CODE === 'ENOSPC' && roomy.has(kind)) return undefined;
  const fails = FAULT_LASTS === '1' ? number >= at : number === at;
  return fails ? (FAULT_CODE as 'EIO' | 'ENOSPC') : undefined;
});
if (FAULT_COUNT) process.on('exit', () => writeFileSync(FAULT_COUNT, String(actions)));
