import { sizeOf } from '../../../engine/shape.ts';
import type { LayerSpec } from '../../../pipeline/model/layers.ts';
import type { PlacedLayer } from '../../../pipeline/model/place.ts';
import { grouped } from '../../../pipeline/text/grouped.ts';
import { three } from '../../../report/format.ts';

/** `12.5 kB` */
export const bytes = (n: number): string =>
  n < 1000 ? `${n} B` : n < 1e6 ? `${three(n / 1e3)} kB` : `${three(n / 1e6)} MB`;

/** `1,234`, and from a million on `1.23 M` */
export const count = (n: number): string => (n < 1e6 ? grouped(n) : `${three(n / 1e6)} M`);

/** Multiplications, each with an addition; of a layer that is no sum of products, its operations. */
function work({ flops, output, parameters }: PlacedLayer): string {
  if (parameters === 0) return flops === 0 ? 'nothing to compute' : `${count(flops)} operations`;
  // A bias is an addition alone.
  const size = sizeOf(output);
  return `${count(size * Math.floor(flops / (2 * size)))} multiply-adds`;
}

/** What a layer holds and does for one image; numbers are float32. */
export function costsOf(layer: PlacedLayer): readonly string[] {
  const { parameters, values } = layer;
  const weights = parameters === 0 ? [] : [`${count(parameters)} parameters`];
  const own = parameters === 0 ? '' : ` + ${bytes(4 * parameters)}`;
  return [...weights, work(layer), `${bytes(4 * values)}${own}`];
}

export function totalOf(layers: readonly PlacedLayer[]): string {
  const sum = (key: 'parameters' | 'flops' | 'values') =>
    layers.reduce((total, layer) => total + layer[key], 0);
  const memory = `${bytes(4 * sum('values'))} of maps, ${bytes(4 * sum('parameters'))} of weights`;
  return `${count(sum('parameters'))} parameters, ${count(sum('flops') / 2)} multiply-adds for an image, ${memory}`;
}

const sides = (option: unknown): string =>
  Array.isArray(option) && option.length > 1 ? option.join('×') : `${option}×${option}`;

/** The options of a layer as one reads them: `16 filters 5×5, padding same`. */
export function optionsOf({ type, ...options }: LayerSpec): string {
  const { kernelSize, outChannels, outFeatures, layers, shortcut, ...rest } = options;
  const window = kernelSize === undefined ? '' : sides(kernelSize);
  const inner = [layers, shortcut].map((list) => (Array.isArray(list) ? list.length : 0));
  const first = [
    outChannels !== undefined ? `${outChannels} filters ${window}` : window && `windows of ${window}`,
    outFeatures !== undefined && `${outFeatures} units`,
    type === 'residual' &&
      `${inner[0]} layers, plus ${inner[1] > 0 ? `a shortcut of ${inner[1]}` : 'what goes in'}`,
  ].filter(Boolean);
  const others = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  return [...first, ...others].join(', ');
}
