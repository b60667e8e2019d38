import { PipelineError } from '../../../faults.ts';
import type { LayerSpec } from '../../../model/layers.ts';
import type { ModelSpec } from '../../../model/model.ts';
import type { Foreign } from '../../foreign.ts';
import { type Origin, parseOrigin } from '../../origin.ts';
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
 * The model that a file is, with its weights: that which is given, that which inkgrad named in the file, or the file's own
 * layers. A file that inkgrad made may have been changed since, such as by a program that joins nodes.
 */
function modelOf(
  chain: Chain,
  classes: number,
  file: string,
  named: Partial<Origin>,
  own: () => ModelSpec,
  given?: ModelSpec,
) {
  if (given !== undefined)
    return { model: given, weights: matched(chain, given, classes, file), remarks: [] };
  const remarks: string[] = [];
  if (named.model !== undefined) {
    try {
      return { model: named.model, weights: matched(chain, named.model, classes, file), remarks };
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      remarks.push(`${file}: is no longer the model ${named.model.name} that it names; it is taken as it is`);
    }
  }
  const model = own();
  return { model, weights: matched(chain, model, classes, file), remarks };
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
  const { temperature, before } = chain;
  const found = modelOf(chain, classes, file, origin, () => ownModel(chain, name), given);
  return { origin, classes, temperature, before, ...found };
}
