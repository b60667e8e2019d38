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

/** Images that are looked at, and how many of them at a time: what a layer makes of all takes memory that no step has. */
const LOOKED_AT = 256;
const AT_ONCE = 64;

/** Counts the dead units of each layer of ReLUs, also of those inside others. */
export async function deadUnits(rig: Rig, data: Dataset): Promise<DeadUnits[]> {
  const looked = Math.min(LOOKED_AT, count(data));
  const alive = new Map<string, boolean[]>();
  for (let from = 0; from < looked; from += AT_ONCE) {
    const indices = Int32Array.from({ length: Math.min(AT_ONCE, looked - from) }, (_, i) => from + i);
    for (const { layer, values } of highestOf(rig, data, indices)) {
      const all = await values.read();
      values.dispose();
      const before = alive.get(layer);
      alive.set(
        layer,
        Array.from(all, (value, unit) => value !== 0 || before?.[unit] === true),
      );
    }
  }
  return [...alive].map(([layer, units]) => ({
    layer,
    units: units.length,
    dead: units.filter((isAlive) => !isAlive).length,
  }));
}

/** The largest values of all units, for some images. */
function highestOf({ model, plan, device, recipe }: Rig, data: Dataset, indices: Int32Array): Highest[] {
  const { layers } = plan.model;
  const last = layers.findLastIndex((layer) => withInner([layer]).some(({ type }) => type === 'relu'));
  if (last < 0) return [];
  const seen = new Sequential(model.layers.slice(0, last + 1));
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
  return highest;
}
