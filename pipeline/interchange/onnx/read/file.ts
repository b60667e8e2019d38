import { PipelineError } from '../../../faults.ts';
import type { LayerSpec } from '../../../model/layers.ts';
import type { ModelSpec } from '../../../model/model.ts';
import type { Foreign } from '../../foreign.ts';
import { parseOrigin } from '../../origin.ts';
import { readNetwork } from '../network.ts';
import type { Chain } from './chain.ts';
import { matched } from './match.ts';
import { readChain } from './readChain.ts';

/** The layers of a network as a model; its last linear layer makes as many features as there are classes. */
function ownModel({ layers, input }: Chain, name: string): ModelSpec {
  const last = layers.findLastIndex(({ spec }) => spec.type === 'linear');
  const specs = layers.map(
    ({ spec }, i): LayerSpec => (i === last ? { ...spec, outFeatures: 'classes' } : spec),
  );
  return { name, input, layers: specs };
}

/**
 * An ONNX file as a model with its weights.
 *
 * @param name what the model is called where neither the file nor the caller gives one
 * @param given the model that the file must be; that of the file, or its own layers, when left out
 * @throws PipelineError where it is no ONNX file, does what no layer does, or is not the model
 */
export function readOnnxFile(bytes: Uint8Array, file: string, name: string, given?: ModelSpec): Foreign {
  const network = readNetwork(bytes, file);
  const chain = readChain(network, file);
  const origin = parseOrigin(network.metadata, file);
  const [classes] = chain.shape;
  if (chain.shape.length !== 1 || classes < 2) {
    throw new PipelineError(
      `${file}: gives [batch, ${chain.shape}]; expected [batch, classes], two classes at least`,
      'not-expressible',
    );
  }
  const model = given ?? origin.model ?? ownModel(chain, name);
  return {
    origin,
    model,
    classes,
    weights: matched(chain, model, classes, file),
    temperature: chain.temperature,
    before: chain.before,
    remarks: [],
  };
}
