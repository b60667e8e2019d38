import type { CheckpointFile } from '../../checkpoint/checkpoint.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import { place } from '../../model/model.ts';
import type { PlacedLayer } from '../../model/place.ts';
import type { PerChannel } from '../../preprocess/recipe.ts';
import { grouped } from '../../text/grouped.ts';
import { originOf, originTexts } from '../origin.ts';
import { fittingWeights, weightShapes } from '../weights.ts';
import { type Helper, helpers, type ModuleCall, moduleCalls } from './layers.ts';
import { withPytorchNames } from './names.ts';
import imagesPy from './python/images.py';
import predictPy from './python/predict.py';
import residualPy from './python/residual.py';
import trainPy from './python/train_ddp.py';
import weightsPy from './python/weights.py';
import windowsPy from './python/windows.py';

/**
 * A network's weights as a safetensors file with PyTorch's names and layouts, and what it was trained for as texts.
 *
 * @throws PipelineError where the checkpoint's weights do not fit its model
 */
export function plainWeights(checkpoint: CheckpointFile): Uint8Array {
  const { model, classes, path } = checkpoint;
  const weights = fittingWeights(checkpoint.weights, weightShapes(model, classes.length), path);
  // Programs that take files of several frameworks look for `format`.
  return writeSafetensors({
    tensors: withPytorchNames(weights),
    metadata: { format: 'pt', ...originTexts(originOf(checkpoint)) },
  });
}

/** The calls that make layers, with those inside, in the order in which they stand in model.py. */
const callsOf = (layers: readonly PlacedLayer[]): ModuleCall[] =>
  layers.flatMap((layer) => {
    const made = moduleCalls[layer.spec.type](layer);
    return [made, ...Object.values(made.branches ?? {}).flatMap(callsOf)];
  });

/** The classes that a network needs beside those of torch.nn, by the files that have them. */
function helpersOf(layers: readonly PlacedLayer[]): Map<string, Helper[]> {
  const found = new Map<string, Helper[]>();
  const names = new Set(callsOf(layers).flatMap(({ helper }) => helper ?? []));
  for (const name of [...names].sort()) {
    const file = helpers[name];
    found.set(file, [...(found.get(file) ?? []), name]);
  }
  return found;
}

/** A line for each layer, and of one with branches several. */
const linesOf = (layers: readonly PlacedLayer[], indent: string): string[] =>
  layers.flatMap((layer, i) => {
    const { code, branches } = moduleCalls[layer.spec.type](layer);
    const said = `# ${i}: ${layer.output.join('×')}`;
    if (branches === undefined) return [`${indent}${code},  ${said}`];
    const lists = Object.entries(branches).flatMap(([name, inner]) => [
      `${indent}    ${name}=[`,
      ...linesOf(inner, `${indent}        `),
      `${indent}    ],`,
    ]);
    return [`${indent}${code}(  ${said}`, ...lists, `${indent}),`];
  });

/** A number, or one for each channel, as Python writes them. */
const said = (values: PerChannel): string => JSON.stringify(values).replaceAll(',', ', ');

/** What code is written of: a checkpoint, or a network without weights yet. */
type Written = Pick<CheckpointFile, 'model' | 'classes' | 'recipe' | 'certainty'>;

/** model.py: the network as a subclass of nn.Sequential, one line for each layer that has none inside. */
export function modelPy({ model, classes, recipe, certainty }: Written): string {
  const layers = place(model, classes.length);
  const imports = [...helpersOf(layers)].map(([file, names]) => `from ${file} import ${names.join(', ')}\n`);
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  return `"""${model.name}: ${grouped(parameters)} parameters, ${classes.length} classes, from inkgrad.

Takes images [n, ${model.input.join(', ')}] of (pixel / 255 - ${said(recipe.mean)}) / ${said(recipe.std)} and gives logits [n, ${classes.length}];
softmax(logits / ${certainty.temperature}) are probabilities of the classes that recipe.json lists.
"""
from pathlib import Path

from torch import nn

from weights import read_weights
${imports.join('')}

class Model(nn.Sequential):
    def __init__(self):
        super().__init__(
${linesOf(layers, '            ').join('\n')}
        )


def load(path=Path(__file__).with_name('weights.safetensors')):
    """The trained network, in evaluation mode."""
    model = Model()
    model.load_state_dict(read_weights(path))
    return model.eval()
`;
}

/**
 * The files of a folder that needs PyTorch and NumPy alone, by their names.
 *
 * @throws PipelineError where the checkpoint's weights do not fit its model
 */
export function pytorchFolder(checkpoint: CheckpointFile): Map<string, string | Uint8Array> {
  const { model, recipe, classes, certainty } = checkpoint;
  const surroundings = { ...recipe, classes, temperature: certainty.temperature };
  const files: [string, string | Uint8Array][] = [
    ['model.py', modelPy(checkpoint)],
    ['weights.safetensors', plainWeights(checkpoint)],
    ['recipe.json', `${JSON.stringify(surroundings, null, 2)}\n`],
    ['weights.py', weightsPy],
    ['images.py', imagesPy],
    ['predict.py', predictPy],
    ['train_ddp.py', trainPy],
  ];
  const helping: Readonly<Record<string, string>> = { windows: windowsPy, residual: residualPy };
  for (const file of helpersOf(place(model, classes.length)).keys())
    files.push([`${file}.py`, helping[file]]);
  return new Map(files);
}
