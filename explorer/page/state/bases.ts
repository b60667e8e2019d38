import { computed } from '@preact/signals';
import type { Base } from '../../address/plain.ts';
import { presets } from '../../presets/presets.ts';
import { DIGITS, type Opening, openPreset, preset } from './presets.ts';
import { openRun, run } from './run.ts';

const ofPresets: readonly Base[] = presets.map(({ name, model, settings, data, images, trained }) => ({
  ...{ kind: 'preset', name, model, classes: DIGITS, settings },
  images: { data, images },
  isTrained: trained !== undefined,
}));

const ofRun = computed((): Base | null => {
  if (run.value === null) return null;
  const { name, model, classes, config } = run.value;
  const settings = config?.settings ?? {};
  return { kind: 'run', name, model, classes, settings, images: { data: 'mnist' }, isTrained: true };
});

/** What the page can begin with, the usual first: a run where it is served with one. */
export const bases = computed((): readonly Base[] =>
  ofRun.value === null ? ofPresets : [ofRun.value, ...ofPresets],
);

/** What was opened last; the network may have been changed since. */
export const base = computed(
  (): Base => ofPresets.find(({ name }) => name === preset.value?.name) ?? bases.value[0],
);

export const openBase = ({ kind, name }: Base, opening: Opening) =>
  kind === 'run' ? openRun(opening) : openPreset(name, opening);
