/**
 * WebP, AVIF, TIFF, GIF and SVG by the npm package sharp, where somebody has installed it: it is no dependency, and is
 * loaded when the first file of such a format comes.
 */
import { pathToFileURL } from 'node:url';
import { PipelineError } from '../../faults.ts';
import type { RgbaImage } from '../../image/image.ts';
import type { SharpFormat } from '../files/imageNames.ts';
import { packagePath } from '../files/packageFolder.ts';
import type { DecodeOptions } from './decodeOptions.ts';
import { checkSize, failsFor, MAX_PIXELS } from './refusal.ts';

/** What is used of the package. */
export type Sharp = (
  file: Uint8Array,
  options: { limitInputPixels: number | false; failOn: 'error' },
) => SharpPicture;

interface SharpPicture {
  metadata(): Promise<{ width: number; height: number }>;
  timeout(options: { seconds: number }): SharpPicture;
  /** turns the picture upright, as its EXIF says */
  rotate(): SharpPicture;
  toColourspace(space: 'srgb'): SharpPicture;
  ensureAlpha(): SharpPicture;
  raw(options: { depth: 'uchar' }): SharpPicture;
  toBuffer(options: { resolveWithObject: true }): Promise<{
    data: Uint8Array;
    info: { width: number; height: number; channels: number };
  }>;
}

let loaded: Promise<Sharp> | undefined;

/**
 * Loads the package once.
 *
 * @throws InkgradError where it is installed and does not load, as for another system
 */
export function loadSharp(): Promise<Sharp> | undefined {
  const path = packagePath('sharp');
  if (path !== undefined) loaded ??= start(path);
  return loaded;
}

async function start(path: string): Promise<Sharp> {
  try {
    return ((await import(pathToFileURL(path).href)) as { default: Sharp }).default;
  } catch (error) {
    throw new PipelineError(
      `the npm package sharp does not load (${firstLine(error)}); install it anew with npm install sharp`,
      'not-installed',
    );
  }
}

/** A drawing may ask for more work than any picture is worth. */
const SECONDS = 60;

/**
 * Decodes a file of these formats to 8-bit RGBA, upright; of an animation or several pages the first.
 *
 * @param name what an error calls the file
 * @throws InkgradError in one line that starts with `name`
 */
export async function decodeWithSharp(
  sharp: Sharp,
  bytes: Uint8Array,
  format: SharpFormat,
  name: string,
  { maxPixels = MAX_PIXELS, onSize }: DecodeOptions = {},
): Promise<RgbaImage> {
  const fail = failsFor(name);
  const damaged = (error: unknown) => fail(`the ${format} is damaged (${firstLine(error)})`);
  // The header alone, before memory is taken for pixels.
  const { width, height } = await sharp(bytes, { limitInputPixels: false, failOn: 'error' })
    .metadata()
    .catch(damaged);
  checkSize(format, width, height, maxPixels, fail);
  onSize?.(width, height);
  const { data, info } = await sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' })
    .timeout({ seconds: SECONDS })
    .rotate()
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(damaged);
  if (info.channels !== 4 || data.length !== 4 * info.width * info.height)
    fail(`the ${format} has ${info.channels} channels a pixel`, 'convert it to PNG', 'not-an-image');
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split(/\r?\n/)[0];
