import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import encode, { init } from '@jsquash/jpeg/encode.js';
import type { RgbaImage } from '../../pipeline/image/image.ts';

let started: Promise<void> | undefined;

/** Encodes a picture as a JPEG file, progressive when asked to. */
export async function encodeJpeg(
  { width, height, data }: RgbaImage,
  { quality = 95, progressive = false } = {},
): Promise<Buffer> {
  const wasm = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm');
  started ??= init(new WebAssembly.Module(readFileSync(wasm)));
  await started;
  const pixels = { width, height, data: new Uint8ClampedArray(data), colorSpace: 'srgb' } as ImageData;
  return Buffer.from(await encode(pixels, { quality, progressive }));
}
