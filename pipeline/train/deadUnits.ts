import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { scope } from '../../engine/scope.ts';
import type { Dataset } from '../data/dataset.ts';
import { count } from '../data/dataset.ts';
import { imagesOn } from '../evaluate/evaluate.ts';
import type { Rig } from './rig.ts';

/** A layer of ReLUs, and how many of its units give 0 for every image: no gradient reaches them any more. */
export interface DeadUnits {
  /** its place in the model, from 0 */
  readonly layer: number;
  /** channels, or features */
  readonly units: number;
  readonly dead: number;
}

/** Images that are looked at. */
const LOOKED_AT = 256;

/** Counts the dead units of each layer of ReLUs. */
export async function deadUnits({ model, plan, device, recipe }: Rig, data: Dataset): Promise<DeadUnits[]> {
  const { layers } = plan.model;
  const last = layers.findLastIndex(({ type }) => type === 'relu');
  if (last < 0) return [];
  const indices = Int32Array.from({ length: Math.min(LOOKED_AT, count(data)) }, (_, i) => i);
  const { training } = model;
  model.eval();
  const highest = noGrad(() =>
    scope(() => {
      let x = imagesOn(device, data, indices, recipe);
      return model.layers.slice(0, last + 1).flatMap((layer, i) => {
        x = layer.forward(x);
        const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
        return layers[i].type === 'relu' ? [{ layer: i, values: F.max(x, { axes }) }] : [];
      });
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
