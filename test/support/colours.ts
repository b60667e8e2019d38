// Pictures whose classes differ by colour alone: whoever reads them in grey cannot tell them apart.
import type { RgbaImage } from '../../pipeline/image/image.ts';
import { encodePng } from '../../pipeline/node/decode/decode.ts';
import { idx } from './cli.ts';

/** Colours of one luma (Rec. 709), 96 to half a level. */
const colours = { brick: [230, 60, 60], sea: [60, 96, 200], leaf: [20, 125, 30] } as const;

export type Colour = keyof typeof colours;
export const colourNames = Object.keys(colours).sort() as Colour[];

/** A picture of random brightness, in pixels of 2×2, and of one colour. */
export function coloured(name: Colour, seed: number, width = 20, height = 14): RgbaImage {
  const data = new Uint8Array(4 * width * height).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const noise = Math.sin(12.9898 * (x >> 1) + 78.233 * (y >> 1) + 3.7 * seed) * 43758.5453;
      const share = 0.5 + 0.5 * (noise - Math.floor(noise));
      data.set(
        colours[name].map((level) => Math.round(share * level)),
        4 * (y * width + x),
      );
    }
  }
  return { width, height, data };
}

/** A folder data set as path → file, `many` pictures of each class. */
export const colourFiles = (prefix: string, many: number): Record<string, Uint8Array> =>
  Object.fromEntries(
    colourNames.flatMap((name, k) =>
      Array.from({ length: many }, (_, i) => [
        `${prefix}${name}/${i}.png`,
        // The noise of no picture says its class: all have other seeds.
        encodePng(coloured(name, 3 * i + k)),
      ]),
    ),
  );

/** The same prepared, as IDX files: red, green and blue of a pixel side by side. */
export function colourIdx(many: number, size: number): { images: Uint8Array; labels: Uint8Array } {
  const all = Array.from({ length: 3 * many }, (_, i) => coloured(colourNames[i % 3], i, size, size).data);
  const rgb = all.flatMap((data) => [...data].filter((_, at) => at % 4 !== 3));
  return {
    images: idx([all.length, size, size, 3], Uint8Array.from(rgb)),
    labels: idx(
      [all.length],
      Uint8Array.from(all, (_, i) => i % 3),
    ),
  };
}

/** A model that trains in no time on images of so many channels. */
export const colourModel = (channels: number, size = 12): string =>
  JSON.stringify({
    name: 'tints',
    input: [channels, size, size],
    layers: [
      { type: 'conv2d', outChannels: 6, kernelSize: 3, padding: 1 },
      { type: 'relu' },
      { type: 'maxPool2d', kernelSize: 4 },
      { type: 'flatten' },
      { type: 'linear', outFeatures: 'classes' },
    ],
  });
