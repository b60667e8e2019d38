import { existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PipelineError } from '../../faults.ts';
import { makeFolder, makeOne, removeEmpty } from '../files/makeFolder.ts';
import { isAbandoned, sweep, unfinishedName } from '../files/unfinished.ts';
import { writing } from '../files/writeFile.ts';

/** The file in `checkpoints/` that says that a run is about to begin there. */
const CLAIM = 'claim';

/**
 * A folder that one run has to itself from before its data is loaded. Until something is written into it, it holds
 * nothing but `checkpoints/` with a claim, which only one process can make.
 */
export class RunFolder {
  #isTaken = true;

  private constructor(
    readonly path: string,
    /** Folders that were made for it, the outermost first. */
    readonly made: readonly string[],
  ) {}

  /**
   * Takes a folder that is not there yet, or is empty. Of several processes that want the same, one gets it.
   *
   * @throws PipelineError `folder-in-use` where it holds something or another run has it, `unwritable` where it cannot
   *   be made
   */
  static take(path: string): RunFolder {
    if (existsSync(path) && !statSync(path).isDirectory()) throw inUse(path, 'is a file');
    const made: string[] = [];
    const checkpoints = join(path, 'checkpoints');
    try {
      made.push(...makeFolder(path));
      sweepRun(path);
      if (readdirSync(path).some((name) => !isOfStart(name))) throw inUse(path, 'is not empty');
      if (makeOne(checkpoints)) {
        made.push(checkpoints);
        writeFileSync(claimIn(path), '');
      } else {
        takeOver(path);
        made.push(checkpoints);
      }
      sweepRuns(dirname(path));
    } catch (error) {
      if (made.includes(checkpoints)) removeClaim(path);
      removeEmpty(made);
      if (error instanceof PipelineError) throw error;
      throw new PipelineError(
        `\`out\` ${path}: cannot be made (${(error as Error).message}); give another folder`,
        'unwritable',
      );
    }
    return new RunFolder(path, made);
  }

  /**
   * Takes the first free folder of the form `runs/lenet-1`.
   *
   * @throws PipelineError `unwritable` where none can be made
   */
  static takeNext(model: string): RunFolder {
    for (let n = 1; ; n++) {
      try {
        return RunFolder.take(join('runs', `${model}-${n}`));
      } catch (error) {
        if (!(error instanceof PipelineError && error.code === 'folder-in-use')) throw error;
      }
    }
  }

  /** Says that something else is in it now, which keeps others out. */
  begin(): void {
    this.#isTaken = false;
    removeClaim(this.path);
  }

  /** Gives back a folder in which no run began: what was made for it is gone. */
  release(): void {
    if (!this.#isTaken) return;
    this.begin();
    removeEmpty(this.made);
  }
}

/** The file in `checkpoints/` that says that a process trains there. */
const RUNNING = 'running';

/** Says that this process trains in a run, or in a folder of runs. */
export class RunMark {
  readonly #file: string;

  /**
   * @param path of the run
   * @param folder where it says so
   * @throws PipelineError `folder-in-use` where another process trains there
   */
  constructor(
    readonly path: string,
    folder = join(path, 'checkpoints'),
  ) {
    this.#file = unfinishedName(join(folder, RUNNING));
    // First its own, then a look at others: of two at the same time neither can miss the other.
    writing(this.#file, () => writeFileSync(this.#file, ''));
    const other = readdirSync(folder).find(
      (name) =>
        name.startsWith(`${RUNNING}.`) &&
        join(folder, name) !== this.#file &&
        !isAbandoned(join(folder, name)),
    );
    if (other === undefined) return;
    this.remove();
    throw new PipelineError(
      `${path}: another process trains there; stop it first, or wait for its end`,
      'folder-in-use',
    );
  }

  /** Says so still: after a day without, nobody believes it. */
  renew(): void {
    try {
      const now = new Date();
      utimesSync(this.#file, now, now);
    } catch {
      // Whoever removed the folder will be told by what is written next.
    }
  }

  remove(): void {
    try {
      rmSync(this.#file, { force: true });
    } catch {
      // It is swept later.
    }
  }
}

const claimIn = (path: string): string => unfinishedName(join(path, 'checkpoints', CLAIM));

function removeClaim(path: string): void {
  try {
    rmSync(claimIn(path), { force: true });
  } catch {
    // It is swept later.
  }
}

const inUse = (path: string, how: string): PipelineError =>
  new PipelineError(`\`out\` ${path}: ${how}; give a folder that is new or empty`, 'folder-in-use');

/** What may be in a folder whose run was killed before it had begun: its claim is there until all of it is. */
const isOfStart = (name: string): boolean => name === 'checkpoints' || name === 'config.json';

/** Takes a folder over from a process that was killed before its run began. A rename lets one do it. */
function takeOver(path: string): void {
  const checkpoints = join(path, 'checkpoints');
  const names = readdirSync(checkpoints);
  const claims = names.filter((name) => name.startsWith(`${CLAIM}.`));
  if (claims.length !== 1 || names.length > 1) throw inUse(path, 'is not empty');
  const claim = join(checkpoints, claims[0]);
  try {
    if (!isAbandoned(claim)) throw inUse(path, 'another run is about to begin there');
    renameSync(claim, claimIn(path));
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    // Another one was faster.
    throw inUse(path, 'another run is about to begin there');
  }
  rmSync(join(path, 'config.json'), { force: true });
}

/** Removes what a process that is gone left unfinished in a run. */
export function sweepRun(path: string): void {
  sweep(path, isOneOf(['config.json']));
  // A claim without a run is there for the next that wants its folder.
  const isBegun = ['config.json', 'checkpoints/last.safetensors'].every((name) =>
    existsSync(join(path, name)),
  );
  const claim = isBegun ? [CLAIM] : [];
  const ours = isOneOf(['last.safetensors', 'best.safetensors', RUNNING, ...claim]);
  sweep(join(path, 'checkpoints'), (name) => ours(name) || /^epoch-\d+\.safetensors\./.test(name));
}

/** Runs stand side by side, and so do those that were killed. */
function sweepRuns(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (existsSync(join(folder, name, 'checkpoints'))) sweepRun(join(folder, name));
  }
}

const isOneOf = (files: readonly string[]) => (name: string) =>
  files.some((file) => name.startsWith(`${file}.`));
