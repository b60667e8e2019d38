import { signal } from '@preact/signals';
import { resolveSettings, type Settings } from '../../../pipeline/train/settings.ts';

/** What a training of the page is made with, everything resolved: its form, the lab and the address have these. */
export const settings = signal<Settings>(resolveSettings({}));

/** Changes some of them. */
export const changeSettings = (changed: Partial<Settings>): void => {
  settings.value = { ...settings.value, ...changed };
};
