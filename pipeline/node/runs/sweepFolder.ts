import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import type { Trial } from '../../train/trials.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { readJson } from '../files/readJson.ts';
import { sweep } from '../files/unfinished.ts';
import { writeDurably, writing } from '../files/writeFile.ts';
import { isTest, type Metric, readMetrics } from './metrics.ts';
import { RunMark } from './runFolder.ts';

/** What a sweep was asked for, and what came of it beside its runs. */
interface Plan {
  /** flags that all trials have alike */
  readonly asked: Readonly<Record<string, unknown>>;
  readonly trials: readonly Trial[];
  /** why trials failed, by the names of their runs */
  readonly failed: Readonly<Record<string, string>>;
}

const planSchema = v.object({
  asked: v.record(v.string(), v.unknown()),
  trials: v.array(v.record(v.string(), v.union([v.number(), v.string()]))),
  failed: v.record(v.string(), v.string()),
});

/** A trial with its run directory. */
export interface SweepTrial {
  readonly name: string;
  readonly path: string;
  readonly tried: Trial;
}

/** What a trial reached. */
export interface TrialResult {
  /** its best epoch, by the images kept aside */
  readonly validation: { readonly epoch: number; readonly loss: number; readonly accuracy: number };
  readonly test: { readonly loss: number; readonly accuracy: number };
}

/** The folder of a sweep: sweep.json says what is tried, and each trial is a run directory in it. */
export class SweepFolder {
  readonly trials: readonly SweepTrial[];
  #plan: Plan;

  private constructor(
    readonly path: string,
    plan: Plan,
    readonly mark: RunMark,
  ) {
    this.#plan = plan;
    const digits = String(plan.trials.length).length;
    this.trials = plan.trials.map((tried, i) => {
      const name = `trial-${String(i + 1).padStart(digits, '0')}`;
      return { name, path: join(path, name), tried };
    });
  }

  /**
   * Begins a sweep in a new or empty folder, or goes on with the same one.
   *
   * @throws PipelineError `folder-in-use` where it holds something else, or another process sweeps there
   */
  static open(path: string, asked: Plan['asked'], trials: readonly Trial[]): SweepFolder {
    const file = join(path, 'sweep.json');
    sweep(path, (name) => name.startsWith('running.') || name.startsWith('sweep.json.'));
    // As it would be read again.
    const wanted = JSON.parse(JSON.stringify({ asked, trials, failed: {} })) as Plan;
    if (existsSync(file)) {
      const found = readPlan(file);
      refuseOther(path, found, wanted);
      return new SweepFolder(path, found, new RunMark(path, path));
    }
    if (existsSync(path) && readdirSync(path).length > 0)
      throw new PipelineError(
        `\`out\` ${visible(path)}: is not empty and no sweep; give a folder that is new or empty`,
        'folder-in-use',
      );
    writing(path, () => makeFolder(path));
    const mark = new RunMark(path, path);
    writeDurably(file, `${JSON.stringify(wanted, null, 2)}\n`);
    return new SweepFolder(path, wanted, mark);
  }

  /** Says that nobody sweeps here any more. */
  close(): void {
    this.mark.remove();
  }

  /** Why a trial failed; undefined where it did not. */
  failureOf({ name }: SweepTrial): string | undefined {
    return this.#plan.failed[name];
  }

  /** Keeps why a trial failed, so that it is not tried again. */
  fail({ name }: SweepTrial, why: string): void {
    this.#plan = { ...this.#plan, failed: { ...this.#plan.failed, [name]: why } };
    writeDurably(join(this.path, 'sweep.json'), `${JSON.stringify(this.#plan, null, 2)}\n`);
  }

  /** Whether a trial has begun, so that it is gone on with; what was killed before its first step is cleared away. */
  hasBegun({ path }: SweepTrial): boolean {
    if (existsSync(join(path, 'config.json')) && existsSync(join(path, 'checkpoints/last.safetensors')))
      return true;
    writing(path, () => rmSync(path, { recursive: true, force: true }));
    return false;
  }
}

function readPlan(file: string): Plan {
  const parsed = v.safeParse(planSchema, readJson(file, 'expected what inkgrad sweep wrote'));
  if (parsed.success) return parsed.output;
  throw new PipelineError(`${file}: is broken; give another folder as \`out\``, 'damaged');
}

function refuseOther(path: string, found: Plan, wanted: Plan): void {
  const other = [...new Set([...Object.keys(found.asked), ...Object.keys(wanted.asked)])].find(
    (name) => !isDeepStrictEqual(found.asked[name], wanted.asked[name]),
  );
  if (other === undefined && isDeepStrictEqual(found.trials, wanted.trials)) return;
  const what =
    other === undefined
      ? 'of other trials'
      : `with \`${other}\` ${visible(JSON.stringify(found.asked[other]) ?? 'left out')}`;
  throw new PipelineError(
    `\`out\` ${visible(path)}: holds a sweep ${what}; give the same to go on with it, or another folder`,
    'folder-in-use',
  );
}

/** What a run reached; null where it is not at its end. */
export function resultOf(path: string): TrialResult | null {
  const file = join(path, 'metrics.jsonl');
  if (!existsSync(file)) return null;
  const metrics = readMetrics(file);
  const last = metrics.at(-1);
  const epochs = metrics.filter(isEpoch).map(({ epoch, validation }) => ({ epoch, ...validation }));
  if (last === undefined || !isTest(last) || epochs.length === 0) return null;
  return {
    validation: epochs.reduce((best, each) => (compare(each, best) < 0 ? each : best)),
    test: last.test,
  };
}

type EpochMetric = Extract<Metric, { readonly validation: unknown }>;

const isEpoch = (metric: Metric): metric is EpochMetric => 'validation' in metric;

type Scores = TrialResult['test'];

/** Negative where the first is better: more accurate, or as accurate with a lower loss, as the best epoch is chosen. */
export const compare = (a: Scores, b: Scores): number => b.accuracy - a.accuracy || a.loss - b.loss;
