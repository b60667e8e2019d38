import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { type Module, Residual, Sequential } from '../../engine/nn/index.ts';
import { scope } from '../../engine/scope.ts';
import type { Tensor } from '../../engine/tensor.ts';
import type { Dataset } from '../data/dataset.ts';
import { count } from '../data/dataset.ts';
import { imagesOn } from '../evaluate/evaluate.ts';
import { branchesOf, withInner } from '../model/branches.ts';
import type { LayerSpec } from '../model/layers.ts';
import { layerName } from '../model/place.ts';
import type { Rig } from './rig.ts';

/** A layer of ReLUs, and how many of its units give 0 for every image: no gradient reaches them any more. */
export interface DeadUnits {
  /** what messages call it: `layer 2 (relu)`, or `layer 3 (residual) layer 2 (relu)` */
  readonly layer: string;
  /** channels, or features */
  readonly units: number;
  readonly dead: number;
}

/** The largest value of each unit of a layer, [units]. */
interface Highest {
  readonly layer: string;
  readonly values: Tensor;
}

/**
 * Layers one after the other, none joined with its neighbours, so that each is seen.
 *
 * @param name what messages call a layer of these
 * @param found takes what is seen
 */
function forward(
  { layers }: Sequential,
  specs: readonly LayerSpec[],
  x: Tensor,
  found: Highest[],
  name: typeof layerName = layerName,
): Tensor {
  return layers.reduce((x, layer, i) => {
    const { type } = specs[i];
    const own = name(i, type);
    const branches = Object.fromEntries(branchesOf(specs[i]));
    const inside = (branch: string, module: Module | null, x: Tensor): Tensor =>
      module instanceof Sequential
        ? forward(module, branches[branch], x, found, (at, of) => `${own} ${layerName(at, of, branch)}`)
        : x;
    if (layer instanceof Residual) {
      return F.add(inside('layers', layer.layers, x), inside('shortcut', layer.shortcut, x));
    }
    const y = layer.forward(x);
    const axes = y.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
    if (type === 'relu') found.push({ layer: own, values: F.max(y, { axes }) });
    return y;
  }, x);
}

/** Images that are looked at. */
const LOOKED_AT = 256;

/** Counts the dead units of each layer of ReLUs, also of those inside others. */
export async function deadUnits({ model, plan, device, recipe }: Rig, data: Dataset): Promise<DeadUnits[]> {
  const { layers } = plan.model;
  const last = layers.findLastIndex((layer) => withInner([layer]).some(({ type }) => type === 'relu'));
  if (last < 0) return [];
  const seen = new Sequential(model.layers.slice(0, last + 1));
  const indices = Int32Array.from({ length: Math.min(LOOKED_AT, count(data)) }, (_, i) => i);
  const { training } = model;
  model.eval();
  const highest = noGrad(() =>
    scope(() => {
      const found: Highest[] = [];
      forward(seen, layers, imagesOn(device, data, indices, recipe), found);
      return found;
    }),
  );
  model.train(training);
  return Promise.all(
    highest.map(async ({ layer, values }) => {
      const all = await values.read();
      values.dispose();
      return { layer, units: all.length, dead: all.filter((value) => value === 0).length };
    }),
  );
}
