import type { CheckpointFile } from '../../checkpoint/checkpoint.ts';
import { writeSafetensors } from '../../formats/safetensors.ts';
import { place } from '../../model/model.ts';
import { originOf, originTexts } from '../origin.ts';
import { fittingWeights, weightShapes } from '../weights.ts';
import { moduleCalls } from './layers.ts';
import { withPytorchNames } from './names.ts';
import imagesPy from './python/images.py';
import predictPy from './python/predict.py';
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

/** The calls that make the layers of a network, one after the other. */
const callsOf = ({ model, classes }: CheckpointFile) =>
  place(model, classes.length).map((layer) => ({ ...moduleCalls[layer.spec.type](layer), layer }));

/** The classes of windows.py that a network needs. */
const windowClassesOf = (calls: ReturnType<typeof callsOf>): string[] =>
  [...new Set(calls.flatMap(({ windowClass }) => windowClass ?? []))].sort();

/** model.py: the network as a subclass of nn.Sequential, one line for each layer. */
export function modelPy(checkpoint: CheckpointFile): string {
  const { model, classes, recipe, certainty } = checkpoint;
  const calls = callsOf(checkpoint);
  const windowClasses = windowClassesOf(calls);
  const parameters = calls.reduce((sum, { layer }) => sum + layer.parameters, 0);
  return `"""${model.name}: ${parameters.toLocaleString('en')} parameters, ${classes.length} classes, trained by inkgrad.

Takes images [n, ${model.input.join(', ')}] of (pixel / 255 - ${recipe.mean}) / ${recipe.std} and gives logits [n, ${classes.length}];
softmax(logits / ${certainty.temperature}) are probabilities of the classes that recipe.json lists.
"""
from pathlib import Path

from torch import nn

from weights import read_weights
${windowClasses.length > 0 ? `from windows import ${windowClasses.join(', ')}\n` : ''}

class Model(nn.Sequential):
    def __init__(self):
        super().__init__(
${calls.map(({ code, layer }, i) => `            ${code},  # ${i}: ${layer.output.join('×')}`).join('\n')}
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
  const { recipe, classes, certainty } = checkpoint;
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
  if (windowClassesOf(callsOf(checkpoint)).length > 0) files.push(['windows.py', windowsPy]);
  return new Map(files);
}
