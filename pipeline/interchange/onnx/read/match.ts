import { PipelineError } from '../../../faults.ts';
import type { StoredTensor } from '../../../formats/safetensors.ts';
import type { LayerSpec } from '../../../model/layers.ts';
import type { ModelSpec } from '../../../model/model.ts';
import { place } from '../../../model/model.ts';
import { windowOfLayer } from '../../windows.ts';
import { type Chain, nodeName } from './chain.ts';

/** A layer in its place. */
interface Placed {
  readonly spec: LayerSpec;
  readonly input: readonly number[];
}

/** What in inference does nothing, and so need not be in a file. */
const doesNothing = ({ spec, input }: Placed): boolean =>
  spec.type === 'dropout' || (spec.type === 'flatten' && input.length === 1);

const float = (value: unknown, otherwise: number): number => Math.fround((value as number) ?? otherwise);

/** What a layer computes, as a text that is the same however its options are written. */
function computed({ spec }: Placed): string {
  const { type, kernelSize, outChannels, outFeatures, groups = 1, bias, countPadding } = spec;
  const window = kernelSize === undefined ? undefined : windowOfLayer(spec);
  const isPadded = window?.padding.some((n) => n > 0) === true;
  return JSON.stringify({
    type,
    ...window,
    ...{ outChannels, outFeatures, groups, bias: bias !== false },
    eps: float(spec.eps, 1e-5),
    negativeSlope: float(spec.negativeSlope, 0.01),
    countPadding: !isPadded || countPadding !== false,
  });
}

/**
 * The weights of a network by their names in a model that computes the same.
 *
 * @throws PipelineError `invalid-model` for the first layer that differs
 */
export function matched(
  chain: Chain,
  model: ModelSpec,
  classes: number,
  file: string,
): Map<string, StoredTensor> {
  const fail = (what: string): never => {
    throw new PipelineError(
      `${file}: ${what}; without a \`model\` it gets the layers of the file`,
      'invalid-model',
    );
  };
  if (model.input.join() !== chain.input.join()) {
    fail(`takes images of [${chain.input}], and the model ${model.name} takes [${model.input}]`);
  }
  const placed = place(model, classes).map((layer, i) => ({ ...layer, path: String(i) }));
  const wanted = placed.filter((layer) => !doesNothing(layer));
  const found = chain.layers.filter((layer) => !doesNothing(layer));
  const weights = new Map<string, StoredTensor>();
  for (let i = 0; i < Math.max(wanted.length, found.length); i++) {
    const [here, there] = [wanted[i], found[i]];
    const what = (layer: Placed) => JSON.stringify(layer.spec);
    if (here === undefined) fail(`${nodeName(there.from)} comes after the last layer of ${model.name}`);
    if (there === undefined) fail(`ends before layer ${here.path} of ${model.name}, ${what(here)}`);
    if (computed(here) !== computed(there)) {
      fail(
        `${nodeName(there.from)} is ${what(there)}, and layer ${here.path} of ${model.name} is ${what(here)}`,
      );
    }
    for (const [name, tensor] of Object.entries(there.weights)) weights.set(`${here.path}.${name}`, tensor);
  }
  return weights;
}
