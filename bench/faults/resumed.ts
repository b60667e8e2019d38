import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Ended, random, start, trainWords } from './training.ts';

/** What must be the same to the byte; config.json tells of each time that the run went on. */
const FILES = ['metrics.jsonl', 'checkpoints/best.safetensors', 'checkpoints/last.safetensors'];

/** Seconds after which a process is killed at the latest: some are through by then. */
const LONGEST = Number(process.env.SECONDS ?? 1.5);

/** A run is saved so often, to be killed at a save, too. */
const SAVES = ['--save-every', '0.02'];

/**
 * A run that is killed at random moments, and resumed each time until it is through.
 *
 * @param whole a run of the same kind that was never killed
 */
export async function resumed(
  out: string,
  whole: string,
): Promise<{ readonly how: string; readonly said: Ended; readonly wrongs: string[] }> {
  let kills = 0;
  for (;;) {
    const isBegun = existsSync(join(out, 'checkpoints/last.safetensors'));
    const words = isBegun ? ['resume', out] : trainWords(out);
    const { child, ended } = start([...words, ...SAVES]);
    // A run that is killed five times goes on to its end.
    if (kills < 5) {
      await Promise.race([sleep(1000 * random.uniform() * LONGEST), ended]);
      if (child.exitCode === null) kills++;
      child.kill('SIGKILL');
    }
    const told = await ended;
    if (told.code === null) continue;
    // Killed after its last line, before its process had ended.
    const said = told.stderr.includes(' and its test; ') ? { ...told, code: 0 } : told;
    const differ = FILES.filter((name) => !same(join(out, name), join(whole, name)));
    return { how: `${kills} kills`, said, wrongs: differ.map((name) => `another ${name}`) };
  }
}

const same = (a: string, b: string): boolean => existsSync(a) && readFileSync(a).equals(readFileSync(b));
