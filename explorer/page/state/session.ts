import { batch, computed, signal } from '@preact/signals';
import { proxy } from 'comlink';
import type { RgbaImage } from '../../../pipeline/image/image.ts';
import type { Recipe } from '../../../pipeline/preprocess/recipe.ts';
import type { DeviceKind } from '../../lab/deviceKinds.ts';
import type { DeviceFacts, NetworkFacts, Seen, Staged } from '../../lab/lab.ts';
import type { Look } from '../../lab/look.ts';
import type { NetworkPlan } from '../../lab/network.ts';
import { lab } from './lab.ts';
import { settings } from './settings.ts';

// What the page knows. Views read these; what changes them is here as well, so that each thing happens in one place.

export const device = signal<DeviceFacts | null>(null);
export const network = signal<NetworkFacts | null>(null);
/** The picture on the desk as it was drawn or chosen; null while the paper is empty. */
export const picture = signal<RgbaImage | null>(null);
/** An image that came prepared, in the place of a picture: size² bytes of a data set. */
export const prepared = signal<Uint8Array | null>(null);
/** How pictures are prepared in the place of the network's own way; null for that. */
export const recipe = signal<Recipe | null>(null);
/** What the network is given of that. */
export const seen = signal<Seen | null>(null);
/** How it was prepared; that of the last pause in drawing. */
export const staged = signal<Staged | null>(null);
/** What the network makes of it. */
export const looked = signal<Look | null>(null);
/** What went wrong, where: one calm sentence each, until the next try. */
export const faults = signal<Readonly<Record<string, string>>>({});

/** The most probable class; null while nothing is read. */
export const answer = computed(() => {
  const probabilities = looked.value?.probabilities;
  return probabilities === undefined ? null : probabilities.indexOf(Math.max(...probabilities));
});

/** Says something where it belongs, in the place of what was said there before. */
export function say(where: string, words: string | null): void {
  const { [where]: _, ...others } = faults.value;
  faults.value = words === null ? others : { ...others, [where]: words };
}

/** The pipeline says what is wrong in a line without a full stop. */
const sentence = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`);

/** Does something that may fail, and says so where it happened. */
export async function attempt<T>(where: string, action: () => Promise<T>): Promise<T | undefined> {
  try {
    const result = await action();
    say(where, null);
    return result;
  } catch (error) {
    say(where, sentence(error instanceof Error ? error.message : String(error)));
    return undefined;
  }
}

/** Takes another device; the network and all that it has learned move there. */
export const chooseDevice = (kind?: DeviceKind) =>
  attempt('device', async () => {
    device.value = await lab.open(kind);
    await read();
  });

/** Takes a network from a file, to be trained on by the page's settings. @throws where it is none */
export async function loadNetwork(bytes: Uint8Array, file: string): Promise<void> {
  network.value = await lab.load(bytes, file, settings.value);
  await read();
}

/** Puts a network in the place of the one that is there. @throws where it cannot be */
export async function putNetwork(plan: NetworkPlan): Promise<void> {
  network.value = await lab.put(plan);
  await read();
}

/** Milliseconds without another stroke after which the stages are shown: until then strokes come first. */
const PAUSE = 60;
let waiting: ReturnType<typeof setTimeout> | undefined;

/** Whether a picture is being read, and whether another waits. */
let reading = false;
let again = false;

/** Reads the picture on the desk: while one is under way, only the newest of those that follow. */
export async function read(): Promise<void> {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  try {
    do {
      again = false;
      await attempt('picture', readOnce);
    } while (again);
  } finally {
    reading = false;
  }
}

async function readOnce(): Promise<void> {
  clearTimeout(waiting);
  const made = network.value === null ? null : await readDesk();
  batch(() => {
    seen.value = made?.seen ?? null;
    looked.value = made?.looked ?? null;
    if (made === null || picture.value === null) staged.value = null;
  });
  if (made !== null && picture.value !== null)
    waiting = setTimeout(() => void attempt('stages', showStages), PAUSE);
}

/** What is on the desk, as the network is given it, and what it makes of it; null where there is nothing. */
async function readDesk(): Promise<{ readonly seen: Seen; readonly looked: Look | null } | null> {
  const image = prepared.value;
  if (image === null) return picture.value === null ? null : lab.read(picture.value, recipe.value);
  const own = { image, holds: 'one', recipe: network.value!.plan.recipe } as const;
  return { seen: own, looked: await lab.look(image) };
}

async function showStages(): Promise<void> {
  const { value } = picture;
  if (value === null || network.value === null) return;
  const stages = await lab.stages(value, recipe.value);
  if (value === picture.value) staged.value = stages;
}

/** Looks once more at what is seen: the network has changed. */
export async function lookAgain(): Promise<void> {
  const now = seen.value;
  if (reading || now === null || now.holds === 'none') return;
  await attempt('picture', async () => {
    const look = await lab.look(now.image);
    if (seen.value === now) looked.value = look;
  });
}

/** Tells when a lost device was replaced. */
export const listenForDevice = () =>
  lab.listen(
    proxy((facts, words) => {
      device.value = facts;
      faults.value = { ...faults.value, device: words };
    }),
  );
