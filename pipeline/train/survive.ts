import type { Device } from '../../engine/device.ts';
import { DeviceLostError } from '../../engine/errors.ts';
import type { RunState } from './fit.ts';
import { startOf } from './fit.ts';
import { isWebGpu } from './isWebGpu.ts';
import type { StepRecord } from './records.ts';
import type { RigPlan } from './rig.ts';
import { Rig } from './rig.ts';

/** Devices that may be lost in a row without a step between. */
const LOSSES = 3;

/** What `survive` tells beside the events of the course. */
export type SurviveEvent =
  /** The rig fits the device; no step is done yet but those of the state. */
  | { readonly kind: 'start'; readonly state: RunState }
  /** The device is gone; this is where the run can go on. */
  | { readonly kind: 'lost'; readonly message: string; readonly state: RunState }
  /** From there it goes on, on another device. */
  | {
      readonly kind: 'recovered';
      readonly message: string;
      readonly state: RunState;
      readonly device: Device;
    };

/** What a course tells, such as `fit`: events with states to go on from, and with steps that were done. */
export interface CourseEvent {
  /** What has happened. */
  readonly kind: string;
  /** Where the course can go on. */
  readonly state?: RunState;
  /** Steps that were done. */
  readonly records?: readonly StepRecord[];
}

/** How another device is had, and where a course begins. */
export interface SurviveOptions {
  /** Opens another device; without it a lost device ends the run. */
  readonly reopen?: (() => Promise<Device>) | undefined;
  /** Ends it, where a device was lost. */
  readonly signal?: AbortSignal | undefined;
  /** Where to begin; a fresh start when left out. */
  readonly from?: RunState | undefined;
}

/**
 * Follows a course, such as `fit`, and when its device is lost begins it again on another one, from the last state that
 * it told. Steps since then are done, and told, once more.
 *
 * @param device where it begins, which stays open; others are closed at the end
 * @param course what to do with a rig from a state on
 * @throws DeviceLostError when no other device can be had; what `course` throws
 * @category Training
 * @example
 * import { CpuDevice } from 'inkgrad';
 * import { dataset, fit, resolveSettings, survive } from 'inkgrad/train';
 *
 * const { recipe, ...data } = await dataset({ images: [[[1, 0], [1, 0]], [[1, 1], [0, 0]]], labels: ['|', '-'] });
 * const model = { name: 'line', input: [1, 2, 2], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] };
 * const settings = resolveSettings({ epochs: 1 });
 * const plan = { model, classes: data.classes, recipe, settings };
 * const parts = { train: data, validation: data };
 * const course = survive(new CpuDevice(), plan, (rig, from) => fit(rig, parts, settings, from), { reopen: async () => new CpuDevice() });
 * const kinds = [];
 * for await (const { kind } of course) kinds.push(kind);
 * console.log(kinds.join(' '));
 * // start steps epoch
 */
export async function* survive<Event extends CourseEvent>(
  device: Device,
  plan: RigPlan,
  course: (rig: Rig, from: RunState) => AsyncGenerator<Event, void>,
  { reopen, signal, from }: SurviveOptions = {},
): AsyncGenerator<Event | SurviveEvent, void> {
  let rig = new Rig(device, plan);
  let state = from ?? (await startOf(rig));
  let told = 0;
  let toldBefore = -1;
  let losses = 0;
  yield { kind: 'start', state };
  try {
    for (;;) {
      try {
        for await (const event of course(rig, state)) {
          told = Math.max(told, event.records?.at(-1)?.step ?? 0);
          state = event.state ?? state;
          yield event;
        }
        return rig.dispose();
      } catch (error) {
        if (!(error instanceof DeviceLostError)) throw error;
        const { message } = error;
        yield { kind: 'lost', message, state };
        losses = told === toldBefore ? losses + 1 : 1;
        toldBefore = told;
        const next = losses > LOSSES || signal?.aborted ? null : await another(reopen);
        if (next === null) throw error;
        if (rig.device !== device) rig.device.close();
        shareTilings(device, next);
        rig = new Rig(next, plan);
        yield { kind: 'recovered', message, state, device: next };
      }
    }
  } finally {
    if (rig.device !== device) rig.device.close();
  }
}

/** Another device; null where none can be had. */
async function another(reopen: SurviveOptions['reopen']): Promise<Device | null> {
  try {
    return (await reopen?.()) ?? null;
  } catch {
    // The loss itself says what happened.
    return null;
  }
}

/** The same tilings give the same bits. */
function shareTilings(from: Device, to: Device): void {
  if (!isWebGpu(from) || !isWebGpu(to)) return;
  for (const [key, name] of from.traits.tuned) to.traits.tuned.set(key, name);
}
