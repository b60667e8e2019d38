import { signal } from '@preact/signals';
import type { ShownRun } from '../../../pipeline/node/explore/runFiles.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';
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
