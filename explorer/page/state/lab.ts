import { type Remote, wrap } from 'comlink';
import type { Lab } from '../../lab/lab.ts';

const worker = new Worker(new URL('lab.js', document.baseURI), { type: 'module', name: 'lab' });

/** The lab, whose methods are called by message. */
export const lab: Remote<Lab> = wrap<Lab>(worker);
