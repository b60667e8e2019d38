import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as assert from 'uvu/assert';
import { InkgradError } from '../../engine/errors.ts';
import { type Fault, PipelineError } from '../../pipeline/faults.ts';
import type { GrayImage, RgbaImage } from '../../pipeline/image/image.ts';

/** A grey image from its rows of brightness. */
export const gray = (...rows: number[][]): GrayImage => ({
  width: rows[0].length,
  height: rows.length,
  data: Float32Array.from(rows.flat()),
});

/** The rows of an image, rounded to 6 places so that float32 compares with decimals. */
export const rowsOf = ({ width, height, data }: GrayImage): number[][] =>
  Array.from({ length: height }, (_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width), (value) => Math.round(value * 1e6) / 1e6 + 0),
  );

/** A grey image as an opaque picture. */
export function toRgba({ width, height, data }: GrayImage): RgbaImage {
  const bytes = Array.from(data, (value) => Math.round(value * 255));
  return { width, height, data: Uint8Array.from(bytes.flatMap((byte) => [byte, byte, byte, 255])) };
}

/** A white picture of `width`×`height` with black ink in the box from (left, top) to before (right, bottom). */
export function drawBox(width: number, height: number, [left, top, right, bottom]: number[]): RgbaImage {
  const data = Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= left && x < right && y >= top && y < bottom ? 0 : 1;
  });
  return toRgba({ width, height, data });
}

/** A PNG chunk with a right checksum. */
export function pngChunk(type: string, body: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const out = Buffer.alloc(typed.length + 8);
  out.writeUInt32BE(body.length, 0);
  typed.copy(out, 4);
  out.writeUInt32BE(crc32(typed), typed.length + 4);
  return out;
}

/** A PNG file made by hand, so that its parts can disagree with each other. */
export function pngFile(
  header: { width: number; height: number; format?: number[] },
  idat: Uint8Array,
): Buffer {
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(header.width, 0);
  ihdr.writeUInt32BE(header.height, 4);
  ihdr.set(header.format ?? [8, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', ihdr),
    pngChunk('IDAT', idat),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A folder for one test, with the files given as path → content; `remove` deletes it. */
export function tempFolder(files: Record<string, string | Uint8Array> = {}) {
  const path = mkdtempSync(join(tmpdir(), 'inkgrad-test-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** What an action is refused with: an error of one line. */
async function errorOf(action: () => unknown): Promise<InkgradError> {
  const error = await Promise.resolve()
    .then(action)
    .then(
      () => assert.unreachable('expected a refusal'),
      (error: unknown) => error,
    );
  assert.instance(error, InkgradError, String(error));
  assert.not.match((error as InkgradError).message, /\n/);
  return error as InkgradError;
}

/** Expects that the pipeline refuses, whatever the kind of the fault; gives the error. */
export async function refusal(action: () => unknown): Promise<PipelineError> {
  const error = await errorOf(action);
  assert.instance(error, PipelineError, `without a code: ${error.message}`);
  return error as PipelineError;
}

/**
 * Expects that the pipeline refuses, by the kind of the fault and what the message names: files, rows, columns,
 * values, options. Other words are free to change; `faults.test.ts` holds some of them. Gives the message.
 */
export async function refuses(action: () => unknown, code: Fault, ...names: string[]): Promise<string> {
  const { code: found, message } = await refusal(action);
  assert.is(found, code, message);
  for (const name of names) assert.ok(message.includes(name), `'${name}' is not named: ${message}`);
  return message;
}

/** Expects that the engine refuses, whose errors have no kinds, in words that the pattern matches. */
export async function refusesSaying(action: () => unknown, pattern: RegExp): Promise<string> {
  const { message } = await errorOf(action);
  assert.match(message, pattern);
  return message;
}
