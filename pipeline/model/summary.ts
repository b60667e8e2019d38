import { sizeOf } from '../../engine/shape.ts';
import { type ModelSpec, place } from './model.ts';
import type { PlacedLayer } from './place.ts';

/** A float32. */
const BYTES = 4;

/** A layer in its place: what it costs itself, for one image forward, and the layers inside. */
export interface LayerSummary {
  /** its type */
  readonly type: string;
  /** its options, as the model has them */
  readonly settings: Readonly<Record<string, unknown>>;
  /** [channels, height, width] or [features] of one image */
  readonly input: readonly number[];
  /** the same of what it makes of it */
  readonly output: readonly number[];
  /** numbers that are trained */
  readonly parameters: number;
  /** additions and multiplications */
  readonly flops: number;
  /** of its parameters and its output, in float32 */
  readonly bytes: number;
  /** the layers inside, by the option that holds them */
  readonly branches?: Readonly<Record<string, readonly LayerSummary[]>>;
}

/** A model for a number of classes, layer by layer. */
export interface Summary {
  /** its name */
  readonly model: string;
  /** how many classes it tells apart */
  readonly classes: number;
  /** [channels, height, width] of one image */
  readonly input: readonly number[];
  /** from the first to the last */
  readonly layers: readonly LayerSummary[];
  /** of all layers */
  readonly total: Pick<LayerSummary, 'parameters' | 'flops' | 'bytes'>;
}

function summaryOf({ spec, input, output, branches, ...whole }: PlacedLayer): LayerSummary {
  const inner = Object.values(branches).flat();
  const own = (of: 'parameters' | 'flops') => inner.reduce((rest, layer) => rest - layer[of], whole[of]);
  const [parameters, flops] = [own('parameters'), own('flops')];
  const { type, ...options } = spec;
  const settings = Object.fromEntries(Object.entries(options).filter(([name]) => !(name in branches)));
  const bytes = BYTES * (parameters + sizeOf(output));
  const row = { type, settings, input, output, parameters, flops, bytes };
  const lists = Object.entries(branches).map(([name, layers]) => [name, layers.map(summaryOf)]);
  return inner.length === 0 ? row : { ...row, branches: Object.fromEntries(lists) };
}

/** All layers, and after each those inside, with what stands before their types. */
export const flatLayers = (
  layers: readonly LayerSummary[],
  before = '',
): (LayerSummary & { readonly label: string })[] =>
  layers.flatMap((layer) => [
    { ...layer, label: before + layer.type },
    ...Object.entries(layer.branches ?? {}).flatMap(([name, inner]) =>
      flatLayers(inner, name === 'layers' ? `${before}  ` : `${before}  ${name} `),
    ),
  ]);

/**
 * Layers, shapes, parameters, operations and memory of a model, for one image.
 *
 * @throws PipelineError that names the layer which is unknown, has wrong options, does not fit the one before or is too large
 */
export function summarise(model: ModelSpec, classes: number): Summary {
  const layers = place(model, classes).map(summaryOf);
  const all = flatLayers(layers);
  const total = (of: keyof Summary['total']) => all.reduce((sum, layer) => sum + layer[of], 0);
  return {
    model: model.name,
    classes,
    input: model.input,
    layers,
    total: { parameters: total('parameters'), flops: total('flops'), bytes: total('bytes') },
  };
}
