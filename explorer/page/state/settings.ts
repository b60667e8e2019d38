import { signal } from '@preact/signals';
import { resolveSettings, type Settings } from '../../../pipeline/train/settings.ts';
import type { PresetData } from '../../presets/presets.ts';

/** What a training of the page is made with, everything resolved: its form, the lab and the address have these. */
export const settings = signal<Settings>(resolveSettings({}));

/** Where the images of a new training come from. */
export const data = signal<PresetData>('mnist');
/** How many of them; undefined for all. */
export const images = signal<number | undefined>(2000);
/** Whether it begins with the weights that are there. */
export const keepsWeights = signal(false);

/** Changes some of them. */
export const changeSettings = (changed: Partial<Settings>): void => {
  settings.value = { ...settings.value, ...changed };
};
