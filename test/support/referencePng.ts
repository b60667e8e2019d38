import { inflateSync } from 'node:zlib';

/** Columns and rows of an Adam7 pass: where they start and how far apart they are (PNG, second edition, 8.2). */
const PASSES = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
];

const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * A decoder of valid PNG files, written from the specification to compare with: slow, plain, and sharing no
 * line with what it checks. Samples of other depths become 8 bits by the nearest of 0…255 (13.12).
 *
 * @returns red, green, blue and alpha of each pixel
 */
export function referencePixels(file: Buffer): { width: number; height: number; data: Uint8Array } {
  const { IHDR: header, IDAT, PLTE, tRNS } = readChunks(file);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, type] = [header[8], header[9]];
  const channels = CHANNELS[type];
  const bytes = inflateSync(IDAT);
  const data = new Uint8Array(4 * width * height);
  const clear =
    tRNS && type !== 3 ? Array.from({ length: channels }, (_, i) => tRNS.readUInt16BE(2 * i)) : [];
  const byte = (sample: number) => Math.round((sample * 255) / (2 ** depth - 1));

  const colour = (samples: number[]): number[] => {
    if (type === 3) return [...PLTE.subarray(3 * samples[0], 3 * samples[0] + 3), tRNS?.[samples[0]] ?? 255];
    const isClear = clear.length > 0 && samples.every((sample, i) => sample === clear[i]);
    const alpha = type >= 4 ? byte(samples[channels - 1]) : isClear ? 0 : 255;
    const [r, g, b] = type === 0 || type === 4 ? [samples[0], samples[0], samples[0]] : samples;
    return [byte(r), byte(g), byte(b), alpha];
  };

  let at = 0;
  for (const { x, y, dx, dy } of header[12] === 1 ? PASSES : [{ x: 0, y: 0, dx: 1, dy: 1 }]) {
    const columns = Math.ceil((width - x) / dx);
    const length = Math.ceil((columns * channels * depth) / 8);
    let above = new Uint8Array(length);
    for (let row = y; row < height && columns > 0; row += dy) {
      const line = unfilter(
        bytes[at],
        bytes.subarray(at + 1, at + 1 + length),
        above,
        Math.ceil((channels * depth) / 8),
      );
      for (let i = 0; i < columns; i++) {
        const samples = Array.from({ length: channels }, (_, c) => sampleAt(line, i * channels + c, depth));
        data.set(colour(samples), 4 * (row * width + x + i * dx));
      }
      above = line;
      at += 1 + length;
    }
  }
  return { width, height, data };
}

/** The chunks by type; image data is put together. */
function readChunks(file: Buffer): Record<string, Buffer> {
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const type = file.toString('latin1', at + 4, at + 8);
    const body = file.subarray(at + 8, at + 8 + file.readUInt32BE(at));
    chunks[type] = type in chunks ? Buffer.concat([chunks[type], body]) : body;
  }
  return chunks;
}

/** Filters 0 to 4 (9.2): none, left, above, their mean, and Paeth's choice among left, above and both. */
function unfilter(
  filter: number,
  line: Uint8Array,
  above: Uint8Array,
  step: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(line.length);
  for (let i = 0; i < line.length; i++) {
    const [a, b, c] = [out[i - step] ?? 0, above[i], above[i - step] ?? 0];
    out[i] = line[i] + [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter];
  }
  return out;
}

function paeth(a: number, b: number, c: number): number {
  const apart = [a, b, c].map((each) => Math.abs(a + b - c - each));
  return [a, b, c][apart.indexOf(Math.min(...apart))];
}

/** The n-th sample of a line; samples of less than a byte fill it from the top (7.2). */
function sampleAt(line: Uint8Array, n: number, depth: number): number {
  if (depth === 16) return 256 * line[2 * n] + line[2 * n + 1];
  const bit = n * depth;
  return (line[bit >> 3] >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}
