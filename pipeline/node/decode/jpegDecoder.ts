import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import mozjpeg from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import type { RgbaImage } from '../../image/image.ts';

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
  /** what libjpeg said since the list was last emptied */
  readonly said: string[];
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
  compiled ??= new WebAssembly.Module(readFileSync(path));
  const wasm = compiled;
  const said: string[] = [];
  const module = {
    printErr: (line: string) => void said.push(line),
    instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(wasm, imports);
      receive(instance);
      return instance.exports;
    },
  } as unknown as { decode: Decoder['decode']; HEAPU8: Uint8Array };
  mozjpeg(module);
  return { decode: module.decode, memory: () => module.HEAPU8.length, said };
}

/**
 * Decodes a JPEG file with mozjpeg, which is libjpeg-turbo under a better encoder, as WebAssembly.
 *
 * @param file a file that `checkJpeg` has passed: libjpeg itself allocates whatever a header claims
 * @returns the picture as it lies in the file, and what libjpeg found amiss, at most one line: it goes on with
 *   grey or with what it had, and tells of the first time only
 * @throws Error where it gave up, with what it said
 */
export function decodeWithMozjpeg(file: Uint8Array): { image: RgbaImage; complaint?: string } {
  const decoder = open ?? start();
  // libjpeg ends its program where it gives up, which leaves its memory and its stack as they were.
  open = undefined;
  decoder.said.length = 0;
  let result: ReturnType<Decoder['decode']>;
  try {
    result = decoder.decode(file, false);
  } catch (error) {
    throw new Error(decoder.said.at(-1) ?? String(error), { cause: error });
  }
  if (decoder.memory() <= GROWN) open = decoder;
  const { width, height, data } = result;
  return { image: { width, height, data: new Uint8Array(data.buffer) }, complaint: decoder.said[0] };
}
