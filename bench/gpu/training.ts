/** Training steps on one fixed batch, in turns with PyTorch. */
import { tune } from '../../engine/devices/webgpu/tuner.ts';
import { profileNames } from '../../pipeline/node/devices/deviceNames.ts';
import { WorkerProcess } from '../peers/worker.ts';
import { interleaved, median } from '../timing.ts';
import type { Part, PartContext } from './part.ts';
import { oneLine } from './part.ts';
import { torchWorker } from './python.ts';
import { TrainingStep } from './trainingStep.ts';

export interface TrainingRow {
  readonly model: string;
  readonly batch: number;
  /** `checked` and `fast` are inkgrad's. */
  readonly engine: string;
  /** Milliseconds of a step, one for each turn. */
  readonly samples: readonly number[];
  readonly ms: number;
  readonly samplesPerSecond: number;
}

export interface TrainingData {
  readonly rows: TrainingRow[];
}

interface Contender {
  readonly engine: string;
  /** Does so many steps; milliseconds. */
  run(steps: number): Promise<number>;
}

interface Place {
  readonly model: string;
  readonly batch: number;
}

export const trainingPart: Part<TrainingData> = async (context, data) => {
  const { settings } = context;
  const places = settings.models.flatMap((model) => settings.batches.map((batch) => ({ model, batch })));
  const torch = await context.torch;
  if (typeof torch === 'string') context.lacks(`PyTorch: ${torch}`);
  // All load side by side, before anything is measured.
  const workers = places.map(({ model, batch }) => {
    if (typeof torch === 'string') return null;
    const { command, args } = torchWorker(torch, model, batch);
    const worker = new WorkerProcess(command, args);
    context.onEnd(() => worker.kill());
    const ready = worker.ready();
    ready.catch(() => {});
    return { worker, ready };
  });
  for (const [i, place] of places.entries()) {
    const name = `${place.model}, batch ${place.batch}`;
    if (context.left() < 0) {
      context.lacks(`${name}: the time was over`);
      continue;
    }
    context.say(name);
    const contenders: Contender[] = await ours(context, place);
    const peer = workers[i];
    try {
      const about = await peer?.ready;
      if (peer !== null && about !== undefined) {
        const run = async (steps: number) => (await peer.worker.run(steps)).ms;
        contenders.push({ engine: `PyTorch ${about.version}`, run });
      }
    } catch (error) {
      context.lacks(`PyTorch, ${name}: ${oneLine(error)}`);
    }
    data.rows.push(...(await compete(context, place, contenders)));
    peer?.worker.kill();
  }
};

async function ours(context: PartContext, { model, batch }: Place): Promise<Contender[]> {
  const contenders: Contender[] = [];
  for (const profile of profileNames) {
    try {
      const training = new TrainingStep(await context.host.device(profile), model, batch);
      await tune(training.device, training.capture);
      await training.time(3);
      contenders.push({ engine: profile, run: (steps) => training.time(steps) });
    } catch (error) {
      context.lacks(`${model}, batch ${batch}, ${profile}: ${oneLine(error)}`);
      context.host.drop(profile);
    }
  }
  return contenders;
}

/** They take turns, each with as many steps as fill a reading. One that fails is out. */
async function compete(
  { settings: { trainMs, readings }, lacks }: PartContext,
  { model, batch }: Place,
  contenders: readonly Contender[],
): Promise<TrainingRow[]> {
  const steps = new Map<Contender, number>();
  const turn = async (one: Contender): Promise<number | null> => {
    if (steps.get(one) === 0) return null;
    try {
      const times = steps.get(one) ?? (await fill(one, trainMs));
      steps.set(one, times);
      return (await one.run(times)) / times;
    } catch (error) {
      lacks(`${model}, batch ${batch}, ${one.engine}: ${oneLine(error)}`);
      steps.set(one, 0);
      return null;
    }
  };
  const turns = await interleaved(contenders, readings, turn);
  return contenders.flatMap(({ engine }, i) => {
    const samples = turns[i].filter((ms) => ms !== null);
    if (samples.length === 0) return [];
    const ms = median(samples);
    return [{ model, batch, engine, samples, ms, samplesPerSecond: (1000 * batch) / ms }];
  });
}

/** How many steps fill so many milliseconds. */
async function fill({ run }: Contender, target: number): Promise<number> {
  for (let steps = 1; ; steps *= 4) {
    const ms = await run(steps);
    if (ms >= target / 4) return Math.max(1, Math.round((steps * target) / ms));
  }
}
