/**
 * `npm run bench:faults -- kills 200`, `writes 100`, `cuts 20`, `resumes 100`: trains again and again while something goes wrong, and looks
 * whether what was told is there. CLI=FILE takes another build, such as one from before a change. DEVICE=wasm another device. `cuts`
 * needs root and Linux.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { readMetrics } from '../../pipeline/node/runs/metrics.ts';
import { withImage } from './diskImage.ts';
import { resumed } from './resumed.ts';
import {
  type Ended,
  EPOCHS,
  folder,
  random,
  STEPS_PER_EPOCH,
  start,
  trainWords,
  writeData,
} from './training.ts';

/** What is wrong with a run after a fault; `said` is what a person was told. */
async function wrongsOf(out: string, said: Pick<Ended, 'stdout' | 'stderr'>): Promise<string[]> {
  const wrongs: string[] = [];
  const epochs = [...said.stderr.matchAll(/^epoch (\d+): validation/gm)].length;
  const isDone = said.stdout.includes('run in ');
  const checkpoints = ['last', 'best'].filter((name) =>
    existsSync(join(out, `checkpoints/${name}.safetensors`)),
  );
  const look = (what: string, body: () => boolean) => {
    try {
      if (!body()) wrongs.push(what);
    } catch (error) {
      wrongs.push(`${what}: ${(error as Error).message}`);
    }
  };
  for (const name of checkpoints) {
    look(
      `${name} is not whole`,
      () => readCheckpoint(join(out, `checkpoints/${name}.safetensors`)).step >= 0,
    );
  }
  if (epochs > 0 || isDone) {
    const last = () => readCheckpoint(join(out, 'checkpoints/last.safetensors')).step;
    // A failed write is told, and then a file may lack what came since.
    if (!said.stderr.includes('cannot be written') && !said.stderr.includes('could not be written')) {
      look(`last lacks epochs that were told, ${epochs}`, () => last() >= epochs * STEPS_PER_EPOCH);
      look('there is no best', () => checkpoints.includes('best'));
      look('metrics.jsonl lacks lines that were told', () => {
        const lines = readMetrics(join(out, 'metrics.jsonl'));
        return lines.filter((line) => 'validation' in line).length >= epochs;
      });
    }
  }
  const log = join(out, 'metrics.jsonl');
  if (checkpoints.length > 0) {
    const { code, stderr } = await start(['evaluate', out, '--device', 'cpu', '--json']).ended;
    if (code !== 0) wrongs.push(`evaluate: ${stderr.trim().split('\n').at(-1)}`);
    const parts = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.part$/.test(name),
    );
    if (parts.length > 0) wrongs.push(`left after evaluate: ${parts.join(' ')}`);
  } else if (existsSync(log)) wrongs.push('metrics without a checkpoint');
  return wrongs;
}

/** A process is killed at a random moment after its folder is there. */
async function kill(out: string, seconds: number): Promise<{ said: Ended; how: string }> {
  const { child, ended } = start(trainWords(out));
  while (!existsSync(out) && child.exitCode === null) await sleep(5);
  const wait = random.uniform() * seconds;
  await Promise.race([sleep(1000 * wait), ended]);
  child.kill('SIGKILL');
  return { said: await ended, how: `${wait.toFixed(2)} s` };
}

/** A write fails, once or from then on. */
async function failWrite(out: string, actions: number, i: number): Promise<{ said: Ended; how: string }> {
  const at = random.integer(actions);
  const [code, lasts] = [i % 2 === 0 ? 'ENOSPC' : 'EIO', i % 4 < 2 ? '0' : '1'];
  const env = { FAULT_FOLDER: out, FAULT_AT: String(at), FAULT_CODE: code, FAULT_LASTS: lasts };
  const said = await start(trainWords(out), env, ['--import', resolve('build/bench/failingDisk.js')]).ended;
  return { said, how: `${code} at ${at} of ${actions}${lasts === '1' ? ' and on' : ''}` };
}

/** How often each thing went wrong. */
const tally = new Map<string, number>();
let sound = 0;

function note(i: number, how: string, { code, stderr }: Ended, wrongs: readonly string[]): void {
  const all = [...wrongs];
  const errors = stderr.split('\n').filter((line) => line.startsWith('inkgrad:'));
  if (stderr.includes('(a bug)')) all.push(`told as a bug: ${errors.at(-1)}`);
  if (code === 1 && errors.length !== 1) all.push(`${errors.length} lines of error`);
  if (code !== 0 && code !== 1 && code !== null) all.push(`exit ${code}`);
  if (all.length === 0) sound++;
  for (const wrong of all) {
    const kind = wrong.replace(/[:(].*/, '').replaceAll(/\d+/g, 'N');
    tally.set(kind, (tally.get(kind) ?? 0) + 1);
    console.log(`${i}, ${how}: ${wrong}`);
  }
}

async function kills(many: number): Promise<void> {
  const since = performance.now();
  const first = start(trainWords(join(folder, 'whole')));
  while (!existsSync(join(folder, 'whole'))) await sleep(5);
  const begun = performance.now();
  await first.ended;
  const seconds = (performance.now() - begun) / 1000;
  console.log(`a run takes ${((performance.now() - since) / 1000).toFixed(1)} s`);
  for (let i = 0; i < many; i++) {
    const out = join(folder, `kill-${i}`);
    const { said, how } = await kill(out, seconds);
    note(i, how, said, await wrongsOf(out, said));
    rmSync(out, { recursive: true, force: true });
  }
}

async function writes(many: number): Promise<void> {
  const count = join(folder, 'count');
  const whole = join(folder, 'whole');
  const env = { FAULT_FOLDER: whole, FAULT_AT: '-1', FAULT_COUNT: count };
  await start(trainWords(whole), env, ['--import', resolve('build/bench/failingDisk.js')]).ended;
  const actions = Number(readFileSync(count, 'utf8'));
  for (let i = 0; i < many; i++) {
    const out = join(folder, `write-${i}`);
    const { said, how } = await failWrite(out, actions, i);
    const wrongs = await wrongsOf(out, said);
    const log = join(out, 'metrics.jsonl');
    // A disk that does nothing any more does not cut a line either.
    const isDead = how.startsWith('EIO') && how.endsWith('on');
    if (!isDead && existsSync(log) && !/^$|\n$/.test(readFileSync(log, 'utf8'))) wrongs.push('a torn line');
    const isTrained = said.stderr.includes(`epoch ${EPOCHS}:`);
    if (isTrained && !said.stdout.includes('accuracy')) wrongs.push('the result is not told');
    note(i, how, said, wrongs);
    rmSync(out, { recursive: true, force: true });
  }
}

/** The disk is copied as it is at a random moment, and the copy is looked at. */
async function cuts(many: number): Promise<void> {
  const options = ['defaults,commit=1', 'noauto_da_alloc,commit=1', 'defaults'];
  for (let i = 0; i < many; i++) {
    const [image, copy] = ['disk.img', 'copy.img'].map((name) => join(folder, name));
    let said: Ended = { code: null, stdout: '', stderr: '' };
    let wait = 0;
    await withImage({ image, isNew: true, options: options[i % options.length] }, async (mounted) => {
      const { child, ended } = start(trainWords(join(mounted, 'runs/run')));
      const so = { stdout: '', stderr: '' };
      child.stdout!.on('data', (text) => (so.stdout += text));
      child.stderr!.on('data', (text) => (so.stderr += text));
      while (!existsSync(join(mounted, 'runs/run/config.json')) && child.exitCode === null) await sleep(5);
      // Some after the end, too: the command had ended well.
      wait = random.uniform() * Number(process.env.SECONDS ?? 3);
      await sleep(1000 * wait);
      child.kill('SIGSTOP');
      said = { code: null, ...so };
      copyFileSync(image, copy);
      child.kill('SIGKILL');
      await ended;
    });
    await withImage({ image: copy, isNew: false }, async (mounted) => {
      const out = join(mounted, 'runs/run');
      note(i, `${wait.toFixed(1)} s, ${options[i % options.length]}`, said, await wrongsOf(out, said));
    });
    rmSync(image);
    rmSync(copy);
  }
}

/** A run that is killed and resumed, often more than once, must end with the bytes of one that never was. */
async function resumes(many: number): Promise<void> {
  const whole = join(folder, 'whole');
  await start(trainWords(whole)).ended;
  for (let i = 0; i < many; i++) {
    const out = join(folder, `resumed-${i}`);
    const { how, said, wrongs } = await resumed(out, whole);
    note(i, how, said, wrongs);
    rmSync(out, { recursive: true, force: true });
  }
}

const kinds: Record<string, (many: number) => Promise<void>> = { kills, writes, cuts, resumes };
const [kind = '', many = '20'] = process.argv.slice(2);
if (!Object.hasOwn(kinds, kind))
  throw new Error(`give one of ${Object.keys(kinds).join(', ')}, and how many`);
try {
  writeData();
  await kinds[kind](Number(many));
  console.log(`${kind}: ${sound} of ${many} sound`);
  for (const [wrong, times] of tally) console.log(`${times}× ${wrong}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = tally.size === 0 ? 0 : 1;
