import { Random } from '../../engine/random.ts';
import { checkpointBytes } from '../../pipeline/checkpoint/checkpoint.ts';
import { headOf } from '../../pipeline/model/head.ts';
import type { LayerTensor } from '../../pipeline/model/layers.ts';
import { type ModelSpec, place } from '../../pipeline/model/model.ts';
import { tensorsOf } from '../../pipeline/model/place.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { type Parts, partsOf } from './parts.ts';

const classes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

const model: ModelSpec = {
  name: 'small',
  input: [1, 28, 28],
  layers: [
    { type: 'conv2d', outChannels: 2, kernelSize: 5, stride: 4, padding: [2, 2] },
    { type: 'batchNorm2d' },
    { type: 'relu' },
    { type: 'globalAvgPool' },
    { type: 'flatten' },
    { type: 'linear', outFeatures: 'classes' },
  ],
};

/** Numbers that a layer may have. */
function filled(tensors: Iterable<readonly [string, LayerTensor]>) {
  const random = new Random(7);
  return new Map(
    [...tensors].map(([name, { shape, least }]) => {
      const length = shape.reduce((product, side) => product * side, 1);
      const data = Float32Array.from({ length }, () => random.uniform(least ?? -1, 1));
      return [name, { shape, data }] as const;
    }),
  );
}

/** A sound checkpoint of a small model with batch normalisation, a recipe of many steps and a gate. */
export function soundFile(): Uint8Array {
  const head = headOf(model, classes.length)!.spec;
  return checkpointBytes({
    ...{ model, classes, step: 12, recipe: recipes.photo },
    weights: filled(tensorsOf(place(model, classes.length))),
    certainty: {
      temperature: 1.25,
      gate: { weights: filled(tensorsOf(place(head, classes.length + 1))), energy: 0.8, least: -2 },
    },
  });
}

export const soundParts = (): Parts => partsOf(soundFile());
