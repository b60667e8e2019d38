import { signal } from '@preact/signals';
import type { Remote } from 'comlink';
import type { ShownRun } from '../../../pipeline/node/explore/runFiles.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';
import type { RunImages } from '../../lab/run/images.ts';
import { lab } from './lab.ts';
import { freshNetwork } from './networks.ts';
import { type Opening, preset } from './presets.ts';
import { attempt, loadNetwork } from './session.ts';
import { settings } from './settings.ts';

/** Where the run lies that the page is served with; `inkgrad explore RUN` says so in the page. */
const folder = document.querySelector<HTMLMetaElement>('meta[name="run"]')?.content;

/** The run that the page is served with; null where there is none. */
export const run = signal<ShownRun | null>(null);

/** Gets a file of the run. */
export async function runFile(name: string): Promise<Response> {
  const answer = await fetch(new URL(`${folder}/${name}`, document.baseURI));
  if (answer.ok) return answer;
  throw new Error(`${folder}/${name} is not there (${answer.status}); start inkgrad explore again.`);
}

/** Looks what run the page is served with. */
export const findRun = () =>
  attempt('run', async () => {
    if (folder !== undefined) run.value = (await (await runFile('run.json')).json()) as ShownRun;
  });

/** The lab's side of its images, whose methods are called by message. */
export const runImages = lab.run as unknown as Remote<RunImages>;

let given: Promise<void> | undefined;

/** Has the images that it is tested on brought to the lab, once. */
export function bringImages(): Promise<void> {
  given ??= giveImages().catch((error) => {
    // What could not be had is asked for again.
    given = undefined;
    throw error;
  });
  return given;
}

async function giveImages(): Promise<void> {
  const { name, classes, images } = run.value!;
  const { size, labels } = images!;
  const bytes = await (await runFile('images.bin')).arrayBuffer();
  await runImages.give({
    name,
    classes,
    size,
    images: new Uint8Array(bytes),
    labels: Int32Array.from(labels),
  });
}

/** Opens that run: its network, and the settings that it was trained with. */
export const openRun = ({ isFresh = false, settings: given }: Opening = {}) =>
  attempt('network', async () => {
    const { name, config, model } = run.value!;
    settings.value = given ?? resolveSettings(config?.settings ?? {});
    const checkpoint = await (await runFile('model.safetensors')).arrayBuffer();
    await loadNetwork(new Uint8Array(checkpoint), name);
    if (isFresh) await freshNetwork(model);
    preset.value = null;
  });
