import { computed, effect, signal, untracked } from '@preact/signals';
import type { ModelSpec } from '../../../pipeline/model/model.ts';
import { freshNetwork } from '../state/networks.ts';
import { attempt, network } from '../state/session.ts';
import { checkDraft } from './check.ts';
import { type Draft, draftOf, everyLayer, modelOf } from './draft.ts';

/** Drafts that can be gone back to. */
const MOST_STEPS = 100;

const nothing: Draft = { name: 'none', input: [1, 28, 28], layers: [] };

/** The model that is edited. */
export const draft = signal<Draft>(nothing);

/** What it was before, the newest last, each with what was then changed. */
const before = signal<readonly { readonly draft: Draft; readonly what: string }[]>([]);
export const canUndo = computed(() => before.value.length > 0);

/** What happened, for who does not see it. */
export const told = signal('');

/** The model of the network that is in use. */
const inUse = computed((): ModelSpec | null => network.value?.plan.model ?? null);

const textOf = (model: ModelSpec): string => JSON.stringify(model);

/** What the model rules say of it, for the classes and images of the network that is in use. */
export const checked = computed(() => {
  const { classes, recipe } = network.value?.plan ?? { classes: [], recipe: { size: 28 } };
  return checkDraft(draft.value, { classes: classes.length, size: recipe.size });
});

/** Whether something was changed that is not in use. */
export const isEdited = computed(
  () => inUse.value !== null && textOf(modelOf(draft.value)) !== textOf(inUse.value),
);

/**
 * Changes the draft.
 *
 * @param what is changed: one thing that is changed again and again, letter by letter, is one step back
 */
export function edit(change: (draft: Draft) => Draft, what = ''): void {
  const last = before.value.at(-1);
  if (what === '' || last?.what !== what)
    before.value = [...before.value, { draft: draft.value, what }].slice(-MOST_STEPS);
  draft.value = change(draft.value);
}

export function undo(): void {
  const last = before.value.at(-1);
  if (last === undefined) return;
  before.value = before.value.slice(0, -1);
  draft.value = last.draft;
}

/** Begins anew with a model. */
export const startFrom = (model: ModelSpec): void => edit(() => draftOf(model));

/** Puts the draft in the place of the network, with weights that the seed draws. */
export async function use(): Promise<void> {
  const { model } = checked.value;
  if (model !== null) await attempt('network', () => freshNetwork(model));
}

/** Says where a layer is now. */
export function tellPlace(id: number): void {
  const all = everyLayer(draft.value.layers);
  const layer = all.find((each) => each.id === id);
  if (layer !== undefined) told.value = `${layer.type} is layer ${all.indexOf(layer) + 1} of ${all.length}.`;
}

/** The model that was in use before. */
let last = '';

// A network that comes from elsewhere is edited from then on, unless something was edited that is not in use yet.
effect(() => {
  const model = inUse.value;
  if (model === null) return;
  untracked(() => {
    const isOwn = last !== '' && textOf(modelOf(draft.value)) !== last;
    last = textOf(model);
    if (isOwn) return;
    draft.value = draftOf(model);
    before.value = [];
  });
});
