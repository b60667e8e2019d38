import { branchesOf } from './branches.ts';
import type { LayerSpec } from './layers.ts';
import type { ModelSpec } from './model.ts';

function layerText(layer: LayerSpec, indent: string): string {
  const branches = new Map(branchesOf(layer));
  const inner = `${indent}  `;
  const options = Object.entries(layer).map(([name, value]) => {
    const layers = branches.get(name);
    return `"${name}": ${layers === undefined ? JSON.stringify(value) : listText(layers, inner)}`;
  });
  if (branches.size === 0) return `${indent}{ ${options.join(', ')} }`;
  return `${indent}{\n${options.map((option) => inner + option).join(',\n')}\n${indent}}`;
}

const listText = (layers: readonly LayerSpec[], indent: string): string =>
  `[\n${layers.map((layer) => layerText(layer, `${indent}  `)).join(',\n')}\n${indent}]`;

/** A model as the JSON that `model` takes, a line for each layer that has none inside. */
export const modelText = ({ name, input, layers }: ModelSpec): string => `{
  "name": ${JSON.stringify(name)},
  "input": [${input.join(', ')}],
  "layers": ${listText(layers, '  ')}
}
`;
