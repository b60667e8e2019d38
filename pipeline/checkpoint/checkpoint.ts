import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Device, TypedArray } from '../../engine/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import type { StoredTensor } from '../../engine/formats/safetensors.ts';
import { readSafetensors, writeSafetensors } from '../../engine/formats/safetensors.ts';
import type { Module, Sequential } from '../../engine/nn/index.ts';
import { Context } from '../../engine/nn/index.ts';
import { sameShape, show } from '../../engine/shape.ts';
import type { ModelSpec } from '../model/model.ts';
import { build, parseModel } from '../model/model.ts';
import { writeWhole } from '../node/files/writeFile.ts';
import { parseRecipe } from '../preprocess/parseRecipe.ts';
import type { Recipe } from '../preprocess/recipe.ts';

/** Everything that is needed to use a trained model: the weights and how its images are prepared. */
export interface Checkpoint {
  readonly model: ModelSpec;
  readonly classes: readonly string[];
  readonly recipe: Recipe;
  /** Training steps done. */
  readonly step: number;
  readonly weights: ReadonlyMap<string, StoredTensor>;
}

/** A checkpoint with the file that it was read from. */
export interface CheckpointFile extends Checkpoint {
  readonly path: string;
}

/** Marks a safetensors file as ours; a change of the metadata that older versions cannot read raises it. */
const FORMAT = '1';

/** Copies a model's parameters and buffers off its device. */
export async function weightsOf(model: Module): Promise<Map<string, StoredTensor>> {
  // Asked for all at once: a GPU need not wait for each.
  const entries = [...model.state()].map(
    async ([name, tensor]) => [name, { shape: tensor.shape, data: await tensor.read() }] as const,
  );
  return new Map(await Promise.all(entries));
}

export const allFinite = (weights: ReadonlyMap<string, { readonly data: TypedArray }>): boolean =>
  [...weights.values()].every(({ data }) => data.every(Number.isFinite));

/**
 * Writes stored weights into a model.
 *
 * @throws InkgradError when a weight is missing, is of another shape, or belongs to no layer
 */
export function loadWeights(model: Module, weights: ReadonlyMap<string, StoredTensor>, where: string): void {
  for (const [name, tensor] of model.state()) {
    const stored = weights.get(name);
    if (stored === undefined)
      throw new InkgradError(`${where}: the weights of ${name} are missing; train it again`);
    if (!sameShape(stored.shape, tensor.shape)) {
      throw new InkgradError(
        `${where}: ${name} has shape ${show(stored.shape)}; expected ${show(tensor.shape)} for its model`,
      );
    }
    tensor.write(stored.data);
  }
  const known = model.state();
  const stray = [...weights.keys()].find((name) => !known.has(name));
  if (stray !== undefined)
    throw new InkgradError(`${where}: ${stray} belongs to no layer of its model; train it again`);
}

/** The trained model of a checkpoint, ready to predict. */
export function restoreModel(
  { model: spec, classes, weights, path }: CheckpointFile,
  device: Device,
): Sequential {
  const model = build(spec, classes.length, new Context(device, 0));
  loadWeights(model, weights, path);
  model.eval();
  return model;
}

export function saveCheckpoint(path: string, { model, classes, recipe, step, weights }: Checkpoint): void {
  const json = { model, classes, recipe, step };
  const texts = Object.entries(json).map(([key, value]) => [key, JSON.stringify(value)]);
  const metadata = { inkgrad: FORMAT, ...Object.fromEntries(texts) };
  writeWhole(path, writeSafetensors({ tensors: weights, metadata }));
}

/**
 * Reads a checkpoint.
 *
 * @param path a run directory, whose best checkpoint is taken, or a file
 * @throws InkgradError for what is missing, broken or no checkpoint of ours
 */
export function readCheckpoint(path: string): CheckpointFile {
  const file = findCheckpoint(path);
  const { tensors, metadata } = readSafetensors(readFileSync(file), file);
  if (metadata.inkgrad !== FORMAT) {
    throw new InkgradError(`${file}: not a checkpoint of inkgrad; expected one that inkgrad train wrote`);
  }
  const field = (name: string): unknown => {
    try {
      return JSON.parse(metadata[name]);
    } catch {
      throw new InkgradError(`${file}: its ${name} is missing or broken; train it again`);
    }
  };
  const classes = field('classes');
  if (!Array.isArray(classes) || !classes.every((name) => typeof name === 'string')) {
    throw new InkgradError(`${file}: its classes are no list of names; train it again`);
  }
  const model = parseModel(field('model'), file);
  const recipe = parseRecipe(field('recipe'), file);
  const [, height, width] = model.input;
  if (height !== recipe.size || width !== recipe.size) {
    throw new InkgradError(
      `${file}: its model takes ${height}×${width}, but its recipe makes ${recipe.size}×${recipe.size}; train it again`,
    );
  }
  return { path: file, model, classes, recipe, step: Number(field('step')), weights: tensors };
}

function findCheckpoint(path: string): string {
  if (!existsSync(path))
    throw new InkgradError(`${path}: no such run; inkgrad train prints where it writes one`);
  if (statSync(path).isFile()) return path;
  const files = ['best', 'last'].map((name) => join(path, 'checkpoints', `${name}.safetensors`));
  const found = files.find((file) => existsSync(file));
  if (found === undefined) {
    throw new InkgradError(
      `${path}: holds no checkpoints/best.safetensors; give the folder that inkgrad train wrote`,
    );
  }
  return found;
}
