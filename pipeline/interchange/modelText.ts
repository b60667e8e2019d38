import type { LayerSpec } from '../model/layers.ts';
import type { ModelSpec } from '../model/model.ts';

const layerText = (layer: LayerSpec): string => {
  const options = Object.entries(layer).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`);
  return `{ ${options.join(', ')} }`;
};

/** A model as the JSON that `model` takes, a line for each layer. */
export const modelText = ({ name, input, layers }: ModelSpec): string => `{
  "name": ${JSON.stringify(name)},
  "input": ${JSON.stringify(input)},
  "layers": [
${layers.map((layer) => `    ${layerText(layer)}`).join(',\n')}
  ]
}
`;
