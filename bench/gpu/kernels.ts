/** How long a kernel takes with each tiling. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CapturedStep } from '../../engine/device.ts';
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import type { Tiling, TilingName } from '../../engine/devices/webgpu/kernels/tilings.ts';
import { memoryOf, tilings } from '../../engine/devices/webgpu/kernels/tilings.ts';
import { tune } from '../../engine/devices/webgpu/tuner.ts';
import { scope } from '../../engine/scope.ts';
import { sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import type { DeviceProfile } from '../../pipeline/node/devices/deviceNames.ts';
import type { Case } from '../kernels/case.ts';
import { floats } from '../kernels/fill.ts';
import { median, repetitionsFor, timed } from '../timing.ts';
import type { PartContext } from './part.ts';
import { oneLine } from './part.ts';

export type TilingTime =
  | { readonly tiling: TilingName; readonly ms: number; readonly tflops: number }
  | { readonly tiling: TilingName; readonly skipped: string };

export interface KernelTimes {
  readonly name: string;
  readonly flops: number;
  /** Without those that cannot run this kernel here. */
  readonly tilings: readonly TilingTime[];
  /** What the tuner took among its candidates, and what it takes; null where it measured nothing. */
  readonly tuned: { readonly tiling: string; readonly ms: number; readonly tflops: number } | null;
  /** The same on a device with the checks of WebGPU; null where that was not measured. */
  readonly checkedMs: number | null;
}

/** What these measurements run on; `checked` is looked at beside. */
const PROFILE: DeviceProfile = 'fast';

/** A step that takes longer is measured once. */
const LONG_MS = 500;
/** Seconds that all tilings of a kernel together may take to compile. */
const COMPILE_S = 25;
/** Operations of one submission, which is to take much longer than submitting it. */
const SUBMITTED = 5e10;

export const fastest = (times: readonly TilingTime[]) =>
  times
    .filter((time) => 'ms' in time)
    .sort((a, b) => a.ms - b.ms)
    .at(0);

/** Measures a case with each tiling, with what the tuner takes, and that once more with all checks. */
export async function measureKernel(context: PartContext, kase: Case): Promise<KernelTimes> {
  const { host, settings } = context;
  const { name, flops } = kase;
  const device = await host.device(PROFILE);
  const names = settings.tilings.filter((tiling) => fits(tilings[tiling], device));
  let times: TilingTime[];
  try {
    times = await measureTilings(context, PROFILE, kase, names);
  } catch {
    // A device is of no more use after an error. Now one tiling at a time, and another device when one fails.
    host.drop(PROFILE);
    times = [];
    for (const tiling of names) times.push(...(await measureAlone(context, kase, tiling)));
  }
  const result: KernelTimes = { name, flops, tilings: times, tuned: null, checkedMs: null };
  try {
    const { tuned } = await onDevice(await host.device(PROFILE), kase, (board) => chosen(context, board));
    const tiling = (tuned ?? fastest(times))?.tiling as TilingName | undefined;
    if (tiling === undefined) return { ...result, tuned };
    const beside = fastest(await measureTilings(context, 'checked', kase, [tiling]));
    return { ...result, tuned, checkedMs: beside?.ms ?? null };
  } catch (error) {
    context.lacks(`${name}, tuned and checked: ${oneLine(error)}`);
    for (const profile of [PROFILE, 'checked'] as const) host.drop(profile);
    return result;
  }
}

async function measureAlone(context: PartContext, kase: Case, tiling: TilingName): Promise<TilingTime[]> {
  if (context.left() < 0) return [{ tiling, skipped: 'the time was over' }];
  try {
    return await measureTilings(context, PROFILE, kase, [tiling]);
  } catch (error) {
    context.host.drop(PROFILE);
    return [{ tiling, skipped: oneLine(error) }];
  }
}

/** A case whose tensors lie on a device. */
interface Board {
  readonly device: WebGpuDevice;
  readonly kase: Case;
  /** Launches of a captured step. */
  readonly repeats: number;
  capture(): Promise<CapturedStep>;
}

async function onDevice<T>(device: WebGpuDevice, kase: Case, body: (board: Board) => Promise<T>): Promise<T> {
  const [inputs, outputs] = scope(() => [
    kase.inputs.map(({ shape }) => Tensor.from(device, randoms(sizeOf(shape)), shape)),
    kase.outputs.map(({ shape, dtype }) => Tensor.empty(device, shape, dtype)),
  ]);
  const repeats = device.isSoftware ? 1 : Math.max(1, Math.min(50, Math.round(SUBMITTED / kase.flops)));
  const capture = () =>
    device.capture(() => {
      for (let i = 0; i < repeats; i++) kase.run(device, inputs, outputs);
      return [];
    });
  try {
    return await body({ device, kase, repeats, capture });
  } finally {
    for (const tensor of [...inputs, ...outputs]) tensor.dispose();
  }
}

/** All tilings compile side by side; then each is measured. A tiling that gives way to another is left out. */
async function measureTilings(
  context: PartContext,
  profile: DeviceProfile,
  kase: Case,
  names: readonly TilingName[],
): Promise<TilingTime[]> {
  return onDevice(await context.host.device(profile), kase, async (board) => {
    const { device } = board;
    const traits = device.traits;
    const steps = new Map<TilingName, CapturedStep>();
    const failures: unknown[] = [];
    // What a step launches is settled before `capture` first waits: the tiling need not be forced any longer.
    const compiling = names.map((forced) => {
      device.traits = { ...traits, forced };
      return board.capture().then(
        (step) => void steps.set(forced, step),
        (error) => void failures.push(error),
      );
    });
    device.traits = traits;
    await Promise.race([Promise.all(compiling), sleep(COMPILE_S * 1000, undefined, { ref: false })]);
    if (failures.length > 0) throw failures[0];
    const times: TilingTime[] = [];
    for (const tiling of names) {
      const step = steps.get(tiling);
      if (step === undefined) times.push({ tiling, skipped: `not compiled after ${COMPILE_S} s` });
      else if (tilingOf(step) !== tiling) continue;
      else if (context.left() < 0) times.push({ tiling, skipped: 'the time was over' });
      else times.push({ tiling, ...(await timeOf(context, board, step)) });
    }
    for (const step of steps.values()) step.dispose();
    return times;
  });
}

/** Lets the tuner choose, and measures its choice. */
async function chosen(context: PartContext, board: Board): Promise<Pick<KernelTimes, 'tuned'>> {
  await tune(board.device, board.capture);
  const step = await board.capture();
  try {
    const { key = '' } = contractionOf(step) ?? {};
    if (!board.device.traits.tuned.has(key)) return { tuned: null };
    return { tuned: { tiling: tilingOf(step), ...(await timeOf(context, board, step)) } };
  } finally {
    step.dispose();
  }
}

/** The launch that has a tiling: others may prepare what it reads. */
const contractionOf = (step: CapturedStep) => step.plan?.rows.find(({ key }) => key !== undefined);

const tilingOf = (step: CapturedStep): string => contractionOf(step)?.note.split(' ')[0] ?? '';

/** The median over readings of many launches back to back. */
async function timeOf(
  { settings }: PartContext,
  { device, kase, repeats }: Board,
  step: CapturedStep,
): Promise<{ ms: number; tflops: number }> {
  const run = (times: number) =>
    timed(() => {
      for (let i = 0; i < times; i++) step.run();
      return device.finish();
    });
  // Some drivers compile when a kernel is first run.
  await run(1);
  const samples = [await run(1)];
  if (samples[0] < LONG_MS) {
    const { times } = await repetitionsFor(settings.kernelMs, run);
    samples.length = 0;
    for (let i = 0; i < settings.readings; i++) samples.push((await run(times)) / times);
  }
  const ms = median(samples) / repeats;
  return { ms, tflops: kase.flops / ms / 1e9 };
}

/** Whether an adapter has the memory and the threads of a workgroup, and the subgroups, that a tiling asks for. */
function fits(tiling: Tiling, { gpu: { limits }, traits: { lanes } }: WebGpuDevice): boolean {
  // Matrix units multiply f16, and these are products in f32.
  if (tiling.shader === 'contractMatrix') return false;
  if (tiling.shader !== 'contractShared') return !tiling.subgroup || lanes > 0;
  return (
    memoryOf(tiling) <= limits.maxComputeWorkgroupStorageSize &&
    tiling.high * tiling.wide <= limits.maxComputeInvocationsPerWorkgroup
  );
}

const DRAWN = 2 ** 16 + 1;
let drawn: Float32Array | null = null;

/** Numbers in ±1: a prime number of them over and over, copied, as tens of millions are wanted. */
function randoms(length: number): Float32Array {
  drawn ??= floats(DRAWN) as Float32Array;
  const values = new Float32Array(length);
  values.set(drawn.subarray(0, Math.min(length, DRAWN)));
  for (let done = DRAWN; done < length; done *= 2) values.copyWithin(done, 0, Math.min(done, length - done));
  return values;
}
