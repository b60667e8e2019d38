import type { Context, Sequential as Layers } from '../../engine/nn/index.ts';
import { Sequential } from '../../engine/nn/index.ts';
import type { ModelSpec } from './model.ts';
import { build, place } from './model.ts';

/** The layers of a model from its first linear one on, which say what to make of the features before them. */
export interface Head {
  /** the number of its first layer in the model */
  readonly from: number;
  /** its layers for any number of classes; its input is the features of one image */
  readonly spec: ModelSpec;
}

/** The head of a model; null where its last layer is not a linear one, and no class can be added to it. */
export function headOf(model: ModelSpec, classes: number): Head | null {
  const from = model.layers.findIndex(({ type }) => type === 'linear');
  const last = model.layers.length - 1;
  if (from < 0 || model.layers[last].type !== 'linear') return null;
  const layers = model.layers.slice(from);
  const open = { ...layers[layers.length - 1], outFeatures: 'classes' };
  const { input } = place(model, classes)[from];
  return { from, spec: { name: model.name, input, layers: [...layers.slice(0, -1), open] } };
}

/** A head with fresh weights. */
export const buildHead = ({ spec }: Head, classes: number, context: Context): Sequential =>
  build(spec, classes, context);

/** A model in two: what makes features of images, and what makes logits of these. They share its layers. */
export const partedAt = ({ from }: Head, { layers }: Layers): { trunk: Sequential; own: Sequential } => ({
  trunk: new Sequential(layers.slice(0, from)),
  own: new Sequential(layers.slice(from)),
});
