import { type LayerSpec, layerKinds } from './layers.ts';

/** The layers inside a layer, by the option that holds them; none where it is of a type that has none. */
export const branchesOf = (layer: LayerSpec): [string, readonly LayerSpec[]][] =>
  (Object.hasOwn(layerKinds, layer.type) ? (layerKinds[layer.type].branches ?? []) : []).flatMap((name) =>
    Array.isArray(layer[name]) ? [[name, layer[name] as LayerSpec[]]] : [],
  );

/** All layers of a list, and after each those inside it. */
export const withInner = (layers: readonly LayerSpec[]): LayerSpec[] =>
  layers.flatMap((layer) => [layer, ...withInner(branchesOf(layer).flatMap(([, inner]) => inner))]);
