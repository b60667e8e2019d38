import { deflateSync } from 'node:zlib';
import { pngChunk } from './images.ts';

const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Starts and steps of columns and rows in the passes of Adam7 (PNG, second edition, 8.2). */
const ADAM7 = ['0 0 8 8', '4 0 8 8', '0 4 4 8', '2 0 4 4', '0 2 2 4', '1 0 2 2', '0 1 1 2'];

export interface PngKind {
  readonly width: number;
  readonly height: number;
  readonly colourType: number;
  readonly depth: number;
  readonly interlaced: boolean;
  /** more chunks, before the image data */
  readonly chunks?: readonly Buffer[];
  /** how many bytes of image data a chunk holds; all of them when left out */
  readonly chunkBytes?: number;
}

/**
 * A valid PNG file of any kind whose bytes are random: each row says of itself one of the five filters, and means
 * whatever comes out of it. For colours from a palette, samples are below 2^depth anyway.
 *
 * @param random a whole number from 0 to before its argument
 */
export function randomPng(kind: PngKind, random: (below: number) => number): Buffer {
  const { width, height, colourType, depth, interlaced, chunks = [] } = kind;
  const rows: Buffer[] = [];
  for (const [x, y, dx, dy] of (interlaced ? ADAM7 : ['0 0 1 1']).map((pass) =>
    pass.split(' ').map(Number),
  )) {
    const columns = Math.ceil((width - x) / dx);
    if (columns <= 0) continue;
    const length = Math.ceil((columns * CHANNELS[colourType] * depth) / 8);
    for (let row = y; row < height; row += dy) {
      rows.push(Buffer.from([random(5), ...Array.from({ length }, () => random(256))]));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  const data = deflateSync(Buffer.concat(rows));
  const { chunkBytes = data.length } = kind;
  const parts = Array.from({ length: Math.ceil(data.length / chunkBytes) }, (_, i) =>
    pngChunk('IDAT', data.subarray(i * chunkBytes, (i + 1) * chunkBytes)),
  );
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...(colourType === 3
      ? [pngChunk('PLTE', Buffer.from(Array.from({ length: 3 << depth }, () => random(256))))]
      : []),
    ...chunks,
    ...parts,
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The same numbers each time: a linear congruential generator (Numerical Recipes, 7.1). */
export function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
