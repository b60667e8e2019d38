import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import mozjpeg from '@jsquash/jpeg/codec/enc/mozjpeg_enc.js';
import { defaultOptions } from '@jsquash/jpeg/meta.js';
import type { RgbaImage } from '../../pipeline/image/image.ts';
import { decodeImage } from '../../pipeline/node/decode/decode.ts';
import type { Painter } from './canvas.ts';

type Encode = (data: Uint8Array, width: number, height: number, options: object) => Uint8Array;

let encode: Encode | undefined;

/** Starts mozjpeg at once, as `pipeline/node/decode/jpegDecoder.ts` does with its other half. */
function start(): Encode {
  const path = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm');
  const wasm = new WebAssembly.Module(readFileSync(path));
  const module = {
    // It warns of every picture of low quality.
    printErr: () => {},
    instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(wasm, imports);
      receive(instance);
      return instance.exports;
    },
  } as unknown as { encode: Encode };
  mozjpeg(module);
  return module.encode;
}

/** A picture as a JPEG file, as most programs write it. */
export function encodeJpeg({ width, height, data }: RgbaImage, quality: number): Uint8Array {
  encode ??= start();
  // Tables of libjpeg, which cameras and programs use; progressive scans only cost time.
  const options = { ...defaultOptions, quality, quant_table: 0, progressive: false, baseline: true };
  return encode(data, width, height, options).slice();
}

/** What is left of a picture in a JPEG file of this quality, 1 to 100. */
export const jpeg =
  (quality: number): Painter =>
  (image) =>
    image.data.set(decodeImage(encodeJpeg(image, quality), 'jpeg').data);
