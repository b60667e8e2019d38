import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { Random } from '../../engine/random.ts';
import { keep } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { BLEND_STREAM } from '../data/streams.ts';
import type { Settings } from './settings.ts';

/** How the images of a step are blended with their neighbours. */
export interface Mixture {
  /** 0 to 1 for each pixel: the share of an image's own */
  readonly mask: Float32Array;
  /** the share of an image's own label: the mean of the mask */
  readonly share: number;
}

/**
 * Blends each image of a batch with the next one, and its label as much: mixup (Zhang et al., 2018) everywhere by one
 * share, drawn from Beta(α, α); cutmix (Yun et al., 2019) by a rectangle of the other image. With both, one of them is
 * tossed for each step. What is drawn depends on seed and step alone.
 */
export class Blend {
  readonly #mask: Tensor;
  readonly #share: Tensor;

  constructor(
    device: Device,
    readonly size: number,
    readonly settings: Pick<Settings, 'mixup' | 'cutmix' | 'seed'>,
  ) {
    this.#mask = keep(Tensor.from(device, new Float32Array(size * size).fill(1), [1, 1, size, size]));
    this.#share = keep(Tensor.from(device, [1]));
  }

  static isWanted = ({ mixup, cutmix }: Pick<Settings, 'mixup' | 'cutmix'>): boolean =>
    mixup > 0 || cutmix > 0;

  /** Draws what a step blends by; before the step. */
  advance(step: number): void {
    const { mask, share } = drawMixture(this.size, step, this.settings);
    this.#mask.write(mask);
    this.#share.write(Float32Array.of(share));
  }

  /** Images [n,channels,size,size], blended alike in each channel. */
  images(images: Tensor): Tensor {
    return noGrad(() => {
      const others = next(images);
      return F.add(others, F.mul(F.sub(images, others), this.#mask));
    });
  }

  /** The labels [n] that images were blended with. */
  labels(labels: Tensor): Tensor {
    return noGrad(() => next(labels));
  }

  /** Losses [n] of blended images: of their own labels and of those they were blended with, each by its share. */
  losses(own: Tensor, other: Tensor): Tensor {
    return F.add(other, F.mul(F.sub(own, other), this.#share));
  }

  dispose(): void {
    this.#mask.dispose();
    this.#share.dispose();
  }
}

/** Each row of a batch in the place of the one before it; the first comes last. */
function next(rows: Tensor): Tensor {
  const [n, ...rest] = rows.shape;
  const zeros = rest.map(() => 0);
  const first = F.slice(rows, [0, ...zeros], [1, ...rest]);
  return n === 1 ? first : F.concat([F.slice(rows, [1, ...zeros], [n - 1, ...rest]), first]);
}

/** What is drawn for a step, from 1. */
export function drawMixture(
  size: number,
  step: number,
  { mixup, cutmix, seed }: Pick<Settings, 'mixup' | 'cutmix' | 'seed'>,
): Mixture {
  const random = new Random(seed, BLEND_STREAM, step);
  const cuts = mixup === 0 || (cutmix > 0 && random.uniform() < 0.5);
  const share = beta(random, cuts ? cutmix : mixup);
  if (!cuts) return { mask: new Float32Array(size * size).fill(share), share };
  // The centre may lie at the border: what is cut off there is not blended, and the share says so.
  const half = (size * Math.sqrt(1 - share)) / 2;
  const span = () => {
    const centre = random.integer(size);
    return [Math.max(0, Math.round(centre - half)), Math.min(size, Math.round(centre + half))] as const;
  };
  const [[top, bottom], [left, right]] = [span(), span()];
  const mask = new Float32Array(size * size).fill(1);
  for (let y = top; y < bottom; y++) mask.fill(0, y * size + left, y * size + right);
  return { mask, share: 1 - ((bottom - top) * (right - left)) / (size * size) };
}

/** Beta(α, α), of two gamma variates. */
function beta(random: Random, alpha: number): number {
  const [a, b] = [gamma(random, alpha), gamma(random, alpha)];
  // For a tiny α both may round to 0: it is then a toss of a coin.
  return a + b > 0 ? a / (a + b) : random.integer(2);
}

/** A gamma variate of shape α and scale 1, by the method of Marsaglia and Tsang (2000). */
function gamma(random: Random, alpha: number): number {
  if (alpha < 1) return gamma(random, alpha + 1) * (1 - random.uniform()) ** (1 / alpha);
  const d = alpha - 1 / 3;
  for (;;) {
    const x = random.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < x * x * 0.5 + d - d * v + d * Math.log(v)) return d * v;
  }
}
