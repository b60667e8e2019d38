import type { Context, Module } from '../../engine/nn/index.ts';
import { Sequential } from '../../engine/nn/index.ts';
import { sizeOf } from '../../engine/shape.ts';
import { faultAt, PipelineError } from '../faults.ts';
import { brief } from '../text/brief.ts';
import { suggestion } from '../text/nearest.ts';
import { branchesOf } from './branches.ts';
import type { LayerKind, LayerSpec, LayerTensor } from './layers.ts';
import { layerKinds, optionFault } from './layers.ts';
import { addCost, type Cost, checkValues, MOST_DEPTH } from './limits.ts';

/** A layer in its place in a model for a number of classes: what goes in and out, for one image. */
export interface PlacedLayer extends Readonly<Cost> {
  readonly spec: LayerSpec;
  readonly input: readonly number[];
  readonly output: readonly number[];
  /** the layers inside, by the option that holds them; what the layer costs, they cost with it */
  readonly branches: Readonly<Record<string, readonly PlacedLayer[]>>;
  /** what a saved model has of it, by name; `layers.0.weight` is of a layer inside */
  readonly tensors: Readonly<Record<string, LayerTensor>>;
}

/**
 * What errors call a layer, after what they call that which it is in.
 *
 * @param branch the option that it is in, which goes without saying where it is `layers`
 */
export const layerAt = (place: number, branch = 'layers'): string =>
  branch === 'layers' ? `layer ${place}` : `${branch} layer ${place}`;

export const layerName = (place: number, type: string, branch?: string): string =>
  `${layerAt(place, branch)} (${brief(type)})`;

/** Where a list of layers stands. */
interface Site {
  /** what errors call it */
  readonly where: string;
  /** the option that holds it, where it is inside a layer */
  readonly branch?: string;
  readonly depth: number;
  readonly classes: number;
  /** of all the layers of the model that are placed so far */
  readonly cost: Cost;
}

function kindOf({ type }: LayerSpec): LayerKind {
  if (Object.hasOwn(layerKinds, type)) return layerKinds[type];
  const names = Object.keys(layerKinds);
  const near = suggestion(type, names) || `; expected one of ${names.join(', ')}`;
  throw new PipelineError(`no such type of layer${near}`, 'invalid-model');
}

/** A layer with the number of classes for the word "classes", and its options checked. */
function checked(layer: LayerSpec, kind: LayerKind, { depth, classes }: Site): LayerSpec {
  const spec = Object.fromEntries(
    Object.entries(layer).map(([key, value]) => [key, value === 'classes' ? classes : value]),
  ) as unknown as LayerSpec;
  const fault =
    depth > MOST_DEPTH ? `lies more than ${MOST_DEPTH} layers deep in others` : optionFault(kind, spec);
  if (fault === null) return spec;
  throw new PipelineError(fault, 'invalid-model');
}

function checkRank({ rank }: LayerKind, input: readonly number[]): void {
  if (rank === undefined || rank === input.length) return;
  const expected = rank === 1 ? 'features; put a flatten layer before it' : '[channels, height, width]';
  throw new PipelineError(`gets [${input}]; expected ${expected}`, 'invalid-model');
}

/** Runs what may be refused, and names the layer where it is. */
function at<T>(where: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw faultAt(where, error, 'invalid-model');
  }
}

/** What the layers inside have, by the names of their branches and places. */
const innerTensors = (branches: PlacedLayer['branches']): PlacedLayer['tensors'] =>
  Object.fromEntries(
    Object.entries(branches).flatMap(([branch, layers]) =>
      [...tensorsOf(layers)].map(([name, tensor]) => [`${branch}.${name}`, tensor]),
    ),
  );

function placeLayer(layer: LayerSpec, i: number, input: readonly number[], site: Site): PlacedLayer {
  const where = `${site.where} ${layerName(i, layer.type, site.branch)}`;
  const kind = at(where, () => kindOf(layer));
  const spec = at(where, () => checked(layer, kind, site));
  at(where, () => checkRank(kind, input));
  const branches = Object.fromEntries(
    branchesOf(spec).map(([branch, layers]) => [
      branch,
      placeLayers(layers, input, { ...site, where, branch, depth: site.depth + 1 }),
    ]),
  );
  return at(where, () => {
    const outputs = Object.fromEntries(
      Object.entries(branches).map(([branch, layers]) => [branch, layers[layers.length - 1].output]),
    );
    const output = kind.output(spec, input, outputs);
    const own = kind.tensors(spec, input);
    const seen = kind.padded?.(spec, input) ?? input;
    checkValues('sees with padding', seen);
    const cost: Cost = {
      parameters: Object.values(own).reduce(
        (sum, { shape, trained }) => sum + (trained ? sizeOf(shape) : 0),
        0,
      ),
      values: sizeOf(output) + (sizeOf(seen) > sizeOf(input) ? sizeOf(seen) : 0),
      flops: kind.flops(spec, input, output),
    };
    addCost(site.cost, cost);
    for (const inner of Object.values(branches).flat()) {
      cost.parameters += inner.parameters;
      cost.values += inner.values;
      cost.flops += inner.flops;
    }
    return { spec, input, output, branches, tensors: { ...own, ...innerTensors(branches) }, ...cost };
  });
}

function placeLayers(layers: readonly LayerSpec[], input: readonly number[], site: Site): PlacedLayer[] {
  let next = input;
  return layers.map((layer, i) => {
    const placed = placeLayer(layer, i, next, site);
    next = placed.output;
    return placed;
  });
}

/**
 * Puts layers in place one after the other, and those inside them.
 *
 * @param input [channels, height, width] or [features] of one image
 * @param classes what stands for the option value "classes"
 * @throws InkgradError that names the layer which is unknown, has wrong options, does not fit the one before or is too large
 */
export const placeAll = (
  layers: readonly LayerSpec[],
  input: readonly number[],
  classes: number,
  where: string,
): PlacedLayer[] =>
  placeLayers(layers, input, { where, depth: 0, classes, cost: { parameters: 0, values: 0, flops: 0 } });

/** All of them, and before each the layers inside it. */
export const everyLayer = (placed: readonly PlacedLayer[]): PlacedLayer[] =>
  placed.flatMap((layer) => [...everyLayer(Object.values(layer.branches).flat()), layer]);

/** What a saved model has, by the path that `state` of its module gives it. */
export const tensorsOf = (placed: readonly PlacedLayer[]): Map<string, LayerTensor> =>
  new Map(
    placed.flatMap(({ tensors }, i) =>
      Object.entries(tensors).map(([name, tensor]) => [`${i}.${name}`, tensor] as const),
    ),
  );

/** Makes placed layers with fresh weights. */
export const buildAll = (placed: readonly PlacedLayer[], context: Context): Sequential =>
  new Sequential(
    placed.map(({ spec, input, branches }): Module => {
      const inner = Object.entries(branches).map(([name, layers]) => [name, buildAll(layers, context)]);
      return layerKinds[spec.type].build(context, spec, input, Object.fromEntries(inner));
    }),
  );
