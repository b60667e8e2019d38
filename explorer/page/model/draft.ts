import { branchesOf } from '../../../pipeline/model/branches.ts';
import { type LayerSpec, layerKinds } from '../../../pipeline/model/layers.ts';
import type { ModelSpec } from '../../../pipeline/model/model.ts';

/** A layer that is edited. Its number stays when it moves. */
export interface DraftLayer {
  readonly id: number;
  readonly type: string;
  /** but for those that are layers */
  readonly options: Readonly<Record<string, unknown>>;
  /** the layers inside, by the option that holds them */
  readonly branches: Readonly<Record<string, readonly DraftLayer[]>>;
}

type Layers = readonly DraftLayer[];

/** A model that is edited: it may be one that cannot be. */
export interface Draft {
  readonly name: string;
  readonly input: readonly number[];
  readonly layers: Layers;
}

let ids = 0;

function draftLayer(spec: LayerSpec): DraftLayer {
  const branches = branchesOf(spec).map(([name, inner]): [string, Layers] => [name, inner.map(draftLayer)]);
  const inner = Object.fromEntries(branches);
  const options = Object.entries(spec).filter(([name]) => name !== 'type' && !(name in inner));
  return { id: ++ids, type: spec.type, options: Object.fromEntries(options), branches: inner };
}

export const draftOf = ({ name, input, layers }: ModelSpec): Draft => ({
  name,
  input,
  layers: layers.map(draftLayer),
});

/** A layer as a model file has it; an optional list that is empty is left out. */
function specOf({ type, options, branches }: DraftLayer): LayerSpec {
  const lists = Object.entries(branches).filter(
    ([name, inner]) => inner.length > 0 || name in (layerKinds[type]?.required ?? {}),
  );
  return {
    type,
    ...options,
    ...Object.fromEntries(lists.map(([name, inner]) => [name, inner.map(specOf)])),
  };
}

export const specsOf = (layers: Layers): LayerSpec[] => layers.map(specOf);

export const modelOf = ({ name, input, layers }: Draft): ModelSpec => ({
  name,
  input,
  layers: specsOf(layers),
});

/** All of them, and those inside. */
export const everyLayer = (layers: Layers): DraftLayer[] =>
  layers.flatMap((layer) => [layer, ...everyLayer(Object.values(layer.branches).flat())]);

/** The list that a layer is in, changed. */
function inList(layers: Layers, id: number, change: (list: Layers, at: number) => Layers): Layers {
  const at = layers.findIndex((layer) => layer.id === id);
  if (at >= 0) return change(layers, at);
  return layers.map((layer) => {
    const branches = Object.entries(layer.branches).map(([name, inner]) => [name, inList(inner, id, change)]);
    return { ...layer, branches: Object.fromEntries(branches) };
  });
}

const changed =
  (change: (list: Layers, at: number) => Layers) =>
  (draft: Draft, id: number): Draft => ({ ...draft, layers: inList(draft.layers, id, change) });

const withLayer = (draft: Draft, id: number, change: (layer: DraftLayer) => DraftLayer): Draft =>
  changed((list, at) => list.with(at, change(list[at])))(draft, id);

export const without = changed((list, at) => list.toSpliced(at, 1));

/** A layer that many places further in its list, as far as that goes. */
export const moved = (draft: Draft, id: number, by: number): Draft =>
  changed((list, at) => {
    const to = Math.min(list.length - 1, Math.max(0, at + by));
    return list.toSpliced(at, 1).toSpliced(to, 0, list[at]);
  })(draft, id);

/** A layer with another below it. */
export const addedBelow = (draft: Draft, id: number, layer: DraftLayer): Draft =>
  changed((list, at) => list.toSpliced(at + 1, 0, layer))(draft, id);

/** Another layer at the end of the model. */
export const addedLast = (draft: Draft, layer: DraftLayer): Draft => ({
  ...draft,
  layers: [...draft.layers, layer],
});

/** Another layer at the end of a list inside one. */
export const addedInside = (draft: Draft, id: number, branch: string, layer: DraftLayer): Draft =>
  withLayer(draft, id, (outer) => {
    const inner = [...(outer.branches[branch] ?? []), layer];
    return { ...outer, branches: { ...outer.branches, [branch]: inner } };
  });

/** @param value undefined takes the option away */
export const withOption = (draft: Draft, id: number, name: string, value: unknown): Draft =>
  withLayer(draft, id, (layer) => {
    if (value !== undefined && name in layer.options)
      return { ...layer, options: { ...layer.options, [name]: value } };
    const others = Object.entries(layer.options).filter(([other]) => other !== name);
    if (value === undefined) return { ...layer, options: Object.fromEntries(others) };
    // Where it belongs among those of its type: taken away and put back, a model is the same again.
    const { required, optional } = layerKinds[layer.type] ?? { required: {}, optional: {} };
    const order = [...Object.keys(required), ...Object.keys(optional)];
    const after = others.findIndex(([other]) => order.indexOf(other) > order.indexOf(name));
    const all = others.toSpliced(after < 0 ? others.length : after, 0, [name, value]);
    return { ...layer, options: Object.fromEntries(all) };
  });

/** The same layer as one of another type, with those of its options that this has too. */
export const withType = (draft: Draft, id: number, type: string, input: readonly number[] | null): Draft =>
  withLayer(draft, id, (layer) => {
    const { required, optional } = layerKinds[type];
    const kept = Object.entries(layer.options).filter(([name]) => name in required || name in optional);
    const { options, branches } = freshLayer(type, input);
    return { ...layer, type, options: { ...options, ...Object.fromEntries(kept) }, branches };
  });

/** What a new layer has of what its type requires: small, and so that it fits most places. */
const beginnings: Readonly<Record<string, (input: readonly number[] | null) => LayerSpec>> = {
  conv2d: () => ({ type: 'conv2d', outChannels: 8, kernelSize: 3, padding: 'same' }),
  linear: () => ({ type: 'linear', outFeatures: 32 }),
  maxPool2d: () => ({ type: 'maxPool2d', kernelSize: 2 }),
  avgPool2d: () => ({ type: 'avgPool2d', kernelSize: 2 }),
  residual: (input) => ({ type: 'residual', layers: [keepingShape(input), { type: 'relu' }] }),
};

/** A layer whose output has the shape of its input. */
const keepingShape = (input: readonly number[] | null): LayerSpec =>
  input?.length === 1
    ? { type: 'linear', outFeatures: input[0] }
    : { type: 'conv2d', outChannels: input?.[0] ?? 1, kernelSize: 3, padding: 'same' };

/** @param input of one image, as far as it is known */
export const freshLayer = (type: string, input: readonly number[] | null): DraftLayer =>
  draftLayer(beginnings[type]?.(input) ?? { type });
