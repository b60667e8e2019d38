import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import mozjpeg from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import type { RgbaImage } from '../../image/image.ts';
import { judgeComplaints, tellingAll } from './complaints.ts';

/**
 * The most memory that a decoder can have, in bytes: Emscripten gives it 2 GiB, of which some is lost between what
 * is allocated.
 */
export const DECODER_BYTES = 1.9e9;

/** A decoder that has grown beyond this is given up, since the memory of WebAssembly never shrinks. */
const GROWN = 256e6;

interface Decoder {
  decode(file: Uint8Array, turn: boolean): { width: number; height: number; data: Uint8ClampedArray };
  memory(): number;
  /** what hears each line that libjpeg says; what it throws ends the decoder */
  hear(line: string): void;
}

let compiled: WebAssembly.Module | undefined;
let open: Decoder | undefined;

/**
 * Starts mozjpeg. Emscripten starts a module at once when it is handed an instance at once, and puts its functions
 * into the object that it is given; its promise is for those who load the instance over a network. That is of this
 * very version, which package.json therefore names exactly.
 */
function start(): Decoder {
  const path = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
  compiled ??= new WebAssembly.Module(tellingAll(readFileSync(path)));
  const wasm = compiled;
  const module = {
    printErr: (line: string) => decoder.hear(line),
    instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(wasm, imports);
      receive(instance);
      return instance.exports;
    },
  } as unknown as { decode: Decoder['decode']; HEAPU8: Uint8Array };
  mozjpeg(module);
  const decoder: Decoder = {
    decode: module.decode,
    memory: () => module.HEAPU8.length,
    hear: judgeComplaints(),
  };
  return decoder;
}

/**
 * Decodes a JPEG file with mozjpeg, which is libjpeg-turbo under a better encoder, as WebAssembly.
 *
 * @param file a file that `checkJpeg` has passed: libjpeg itself allocates whatever a header claims
 * @returns the picture as it lies in the file
 * @throws Error where libjpeg gave up, or said that a part of the picture is lost
 */
export function decodeWithMozjpeg(file: Uint8Array): RgbaImage {
  const decoder = open ?? start();
  // Where it is ended from within, or by what it said, its memory and its stack stay as they were.
  open = undefined;
  decoder.hear = judgeComplaints();
  const { width, height, data } = decoder.decode(file, false);
  if (decoder.memory() <= GROWN) open = decoder;
  return { width, height, data: new Uint8Array(data.buffer) };
}
