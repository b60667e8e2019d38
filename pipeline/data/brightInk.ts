import { channelsOf, grayFromBytes } from '../image/image.ts';
import { inkIsDark } from '../preprocess/polarity.ts';
import { count, type Dataset } from './dataset.ts';
import type { Parts } from './parts.ts';

/** So many images, spread over all of a set, tell its polarity. */
const SAMPLE = 2000;

/** Images of a set of dark ink in which it is seen, at least; ink that fills the border of a few misleads there. */
const MOST = 0.75;

/** An image whose brightest and darkest pixel are nearer than this, of 255, holds no ink to tell it by. */
const FLAT = 16;

/**
 * Whether prepared images show dark ink on bright paper; those in colour show no ink, but pictures of anything.
 *
 * It is a question of the set, not of each image: the border of a single one misleads where ink covers it, and turning
 * that one would spoil it, while the votes of many do not. A set in which both are common is left as it is: a model that
 * learns both reads both.
 */
export function isDarkInk(images: Dataset): boolean {
  if (channelsOf(images) !== 1) return false;
  const { size } = images;
  const total = count(images);
  const step = Math.max(1, Math.floor(total / SAMPLE));
  const looked = Math.ceil(total / step);
  let [dark, inked] = [0, 0];
  for (let i = 0; i < total; i += step) {
    const bytes = images.images.subarray(i * size ** 2, (i + 1) * size ** 2);
    let [least, most] = [255, 0];
    for (const byte of bytes) {
      least = Math.min(least, byte);
      most = Math.max(most, byte);
    }
    if (most - least < FLAT) continue;
    inked++;
    dark += +inkIsDark(grayFromBytes(bytes, size, size));
    // So many are bright that the others cannot change what is said.
    if (inked - dark > (1 - MOST) * looked) return false;
  }
  return inked > 0 && dark >= MOST * inked;
}

/**
 * Prepared images as models take them, bright ink on black. Pictures are turned so on their way through a recipe, and
 * polarity is no part of what a model knows: one that learnt dark ink would read every picture at random.
 *
 * @returns the parts themselves where the training images show bright ink, or both
 */
export function withBrightInk<P extends Parts<Dataset>>(parts: P): P {
  if (!isDarkInk(parts.train)) return parts;
  const { train, validation, test } = parts;
  return {
    ...parts,
    train: turned(train),
    ...(validation && { validation: turned(validation) }),
    ...(test && { test: turned(test) }),
  };
}

/** The same images with ink and paper changed for each other. */
export const turned = <D extends Dataset>(dataset: D): D => ({
  ...dataset,
  images: dataset.images.map((byte) => 255 - byte),
});
