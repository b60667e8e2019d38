import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a person's programs keep what they can make again: the XDG Base Directory Specification 0.8. */
export const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'inkgrad');
