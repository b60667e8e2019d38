import { signal } from '@preact/signals';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { resolveSettings, type Settings } from '../../../pipeline/train/settings.ts';
import { type Preset, presets } from '../../presets/presets.ts';
import { attempt, loadNetwork, network, putNetwork } from './session.ts';
import { data, images, keepsWeights, settings } from './settings.ts';

export const DIGITS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** The preset that was opened last; the network may have been changed since. */
export const preset = signal<Preset | null>(null);

/** How something is opened that comes with settings, and maybe with weights. */
export interface Opening {
  /** whether weights are drawn by the seed even where it comes with some */
  readonly isFresh?: boolean;
  /** in the place of its own */
  readonly settings?: Settings;
}

/** Opens a preset: its settings, and its network, with the weights that it comes with or fresh ones. */
export const openPreset = (name: string, { isFresh = false, settings: given }: Opening = {}) =>
  attempt('network', async () => {
    const found = presets.find((each) => each.name === name);
    if (found === undefined) {
      throw new Error(
        `There is no preset ${name}; there are ${presets.map((each) => each.name).join(', ')}.`,
      );
    }
    settings.value = given ?? resolveSettings(found.settings);
    data.value = found.data;
    images.value = found.images;
    keepsWeights.value = false;
    const { trained, model } = found;
    if (trained !== undefined && !isFresh) await loadNetwork(await weightsOf(trained.file), found.name);
    else {
      const plan = { name: found.name, model, classes: DIGITS, recipe: recipes.mnist, temperature: 1 };
      await putNetwork({ ...plan, settings: settings.value });
    }
    preset.value = found;
  });

async function weightsOf(file: string): Promise<Uint8Array> {
  const path = `presets/trained/${file}.safetensors`;
  const answer = await fetch(new URL(path, document.baseURI));
  if (!answer.ok) throw new Error(`${path} is not there (${answer.status}); build the page again.`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Whether the network that is there is that of a preset. */
export const isOpen = (name: string): boolean => preset.value?.name === name && network.value?.name === name;
