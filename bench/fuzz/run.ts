import { Random } from '../../engine/random.ts';
import { Judge, type Verdict } from './judge.ts';
import { mutated } from './mutations.ts';
import { fileOf } from './parts.ts';
import { soundParts } from './sample.ts';

/** Keeps the numbers of mutations apart from all others of a seed. */
const FUZZ = 0x66757a7a;

/** The file of a mutation: the same for one seed and number. */
export const mutant = (seed: number, number: number): Uint8Array =>
  fileOf(mutated(SOUND, new Random(seed, FUZZ, number)));

const SOUND = soundParts();

export interface Fault extends Verdict {
  readonly number: number;
}

export interface FuzzReport {
  readonly seed: number;
  readonly files: number;
  readonly accepted: number;
  readonly refused: number;
  readonly faults: readonly Fault[];
  readonly seconds: number;
  readonly slowest: number;
  /** most memory of the process, and what it had before, in bytes */
  readonly memory: { readonly before: number; readonly peak: number };
}

export interface FuzzOptions {
  readonly seed: number;
  readonly count: number;
  /** ends it, whatever is left of the count */
  readonly seconds?: number;
  /** told of every file, before it is read */
  readonly onFile?: ((number: number, file: Uint8Array) => void) | undefined;
  readonly onAccepted?: ((number: number, file: Uint8Array) => void) | undefined;
}

const memory = (): number => process.resourceUsage().maxRSS * 1024;

/** Mutates a checkpoint again and again, and reads what comes of it. */
export function fuzz({ seed, count, seconds = Infinity, onFile, onAccepted }: FuzzOptions): FuzzReport {
  const judge = new Judge();
  const before = memory();
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const faults: Fault[] = [];
  let [files, accepted, slowest] = [0, 0, 0];
  while (files < count && elapsed() < seconds) {
    const number = files++;
    const file = mutant(seed, number);
    onFile?.(number, file);
    const verdict = judge.judge(file);
    slowest = Math.max(slowest, verdict.milliseconds);
    if (verdict.fault !== undefined) faults.push({ number, ...verdict });
    if (!verdict.accepted) continue;
    accepted++;
    onAccepted?.(number, file);
  }
  const refused = files - accepted;
  return {
    seed,
    files,
    accepted,
    refused,
    faults,
    seconds: elapsed(),
    slowest,
    memory: { before, peak: memory() },
  };
}
