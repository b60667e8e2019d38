// The explorer's lab as a page has it, without the page: what it does is asked for by message.
import { proxy, type Remote, wrap } from 'comlink';
import type { DeviceKind } from '../../explorer/lab/deviceKinds.ts';
import type { Lab } from '../../explorer/lab/lab.ts';
import type { NetworkPlan } from '../../explorer/lab/network.ts';
import type { CourseEvent } from '../../explorer/lab/train/events.ts';
import type { Beginning, Training } from '../../explorer/lab/train/training.ts';

/** Something that a training is asked for, by the name of the method. */
export type Asked = readonly [keyof Training, ...unknown[]];

/** A lab of its own, with the losses of its training and what was told of it. */
class LabPage {
  readonly lab = wrap<Lab>(new Worker('lab.js', { type: 'module' }));
  readonly training = this.lab.training as unknown as Remote<Training>;
  readonly losses: number[] = [];
  readonly devices: string[] = [];
  /** bytes in use on the device, as it was told last */
  memory = 0;

  note(event: CourseEvent): void {
    if (event.kind === 'begun') this.losses.length = 0;
    if (event.kind === 'steps') this.losses.push(...event.records.map(({ loss }) => loss));
    if (event.kind === 'back') this.losses.length = event.step;
    if (event.kind === 'standing') this.memory = event.standing.memory;
  }
}

let page: LabPage;

export async function open(kind: DeviceKind, plan: NetworkPlan): Promise<string> {
  page ??= new LabPage();
  const { adapter } = await page.lab.open(kind);
  await page.lab.listen(proxy(({ kind }) => void page.devices.push(kind)));
  await page.lab.put(plan);
  await page.training.listen(proxy((event) => page.note(event)));
  return adapter;
}

export const begin = (wanted: Beginning): Promise<void> => page.training.begin(wanted);

/** Takes another device while it goes on. */
export const move = async (kind: DeviceKind): Promise<void> => void (await page.lab.open(kind));

/**
 * Asks for one thing after the other.
 *
 * @param steps that are done then: what is told may come a moment after what was asked for
 * @returns the losses of all steps
 */
export async function ask(steps: number, ...asked: readonly Asked[]): Promise<number[]> {
  const all = page.training as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  for (const [name, ...args] of asked) await all[name](...args);
  for (let waited = 0; page.losses.length !== steps && waited < 5000; waited += 10)
    await new Promise((resolve) => setTimeout(resolve, 10));
  return [...page.losses];
}

export const memory = (): number => page.memory;

export const devices = (): readonly string[] => page.devices;
