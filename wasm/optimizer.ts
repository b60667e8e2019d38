// Optimiser steps, in place. What changes from step to step is in the tensor `hyper`; formulas and their
// order are those of engine/ops/optimizer.ts, in single precision.
import { arg } from './args';
import { madd, storeFirst } from './simd';

/** Number i of `hyper`, four times. */
// @ts-ignore: decorator
@inline
function hyperOf(args: usize, i: i32): v128 {
  return v128.load32_splat(<usize>arg(args, 1) + (<usize>i << 2));
}

/**
 * hyper = [rate, momentum, decay, nesterov]
 * d = g + decay·p;  v ← momentum·v + d;  p ← p − rate·(d + momentum·v if nesterov, else v)
 * Arguments: g, hyper, p, v, length, floats of one part.
 */
export function sgdStep(args: usize, part: i32, own: usize): void {
  const length = arg(args, 4);
  const piece = arg(args, 5);
  const rate = hyperOf(args, 0);
  const momentum = hyperOf(args, 1);
  const decay = hyperOf(args, 2);
  const isNesterov = f32x4.ne(hyperOf(args, 3), f32x4.splat(0));
  const start = part * piece;
  const end = min(length, start + piece);
  const g = <usize>arg(args, 0);
  const p = <usize>arg(args, 2);
  const velocity = <usize>arg(args, 3);
  for (let i = start; i < end; i += 4) {
    const at = <usize>i << 2;
    const before = v128.load(p + at);
    const d = madd(decay, before, v128.load(g + at));
    const v = madd(momentum, v128.load(velocity + at), d);
    const move = v128.bitselect(madd(momentum, v, d), v, isNesterov);
    const after = f32x4.sub(before, f32x4.mul(rate, move));
    if (end - i >= 4) {
      v128.store(velocity + at, v);
      v128.store(p + at, after);
    } else {
      storeFirst(velocity + at, v, end - i);
      storeFirst(p + at, after, end - i);
    }
  }
}

/**
 * hyper = [rate/(1−β₁ᵗ), β₁, β₂, ε, √(1−β₂ᵗ), decay, 1 − rate·(AdamW's decay), 1−β₁, 1−β₂]
 * p ← p·hyper₆;  d = g + decay·p;  m ← β₁·m + (1−β₁)·d;  v ← β₂·v + (1−β₂)·d²
 * p ← p − hyper₀·m / (√v / hyper₄ + ε)
 * Arguments: g, hyper, p, m, v, length, floats of one part.
 */
export function adamStep(args: usize, part: i32, own: usize): void {
  const length = arg(args, 5);
  const piece = arg(args, 6);
  const rate = hyperOf(args, 0);
  const beta1 = hyperOf(args, 1);
  const beta2 = hyperOf(args, 2);
  const epsilon = hyperOf(args, 3);
  // One of the two divisions is by a constant: as a product it costs half an ulp.
  const correction = f32x4.div(f32x4.splat(1), hyperOf(args, 4));
  const decay = hyperOf(args, 5);
  const shrink = hyperOf(args, 6);
  const rest1 = hyperOf(args, 7);
  const rest2 = hyperOf(args, 8);
  const start = part * piece;
  const end = min(length, start + piece);
  const g = <usize>arg(args, 0);
  const p = <usize>arg(args, 2);
  const first = <usize>arg(args, 3);
  const second = <usize>arg(args, 4);
  for (let i = start; i < end; i += 4) {
    const at = <usize>i << 2;
    const before = f32x4.mul(v128.load(p + at), shrink);
    const d = madd(decay, before, v128.load(g + at));
    const m = madd(beta1, v128.load(first + at), f32x4.mul(rest1, d));
    const v = madd(beta2, v128.load(second + at), f32x4.mul(f32x4.mul(rest2, d), d));
    const size = madd(f32x4.sqrt(v), correction, epsilon);
    const after = f32x4.sub(before, f32x4.div(f32x4.mul(rate, m), size));
    if (end - i >= 4) {
      v128.store(first + at, m);
      v128.store(second + at, v);
      v128.store(p + at, after);
    } else {
      storeFirst(first + at, m, end - i);
      storeFirst(second + at, v, end - i);
      storeFirst(p + at, after, end - i);
    }
  }
}

/** target ← target + weight·(x − target). Arguments: x, target, length, floats of one part, weight. */
export function lerp(args: usize, part: i32, own: usize): void {
  const length = arg(args, 2);
  const piece = arg(args, 3);
  const weight = v128.load32_splat(args + 16);
  const start = part * piece;
  const end = min(length, start + piece);
  const x = <usize>arg(args, 0);
  const target = <usize>arg(args, 1);
  for (let i = start; i < end; i += 4) {
    const at = <usize>i << 2;
    const before = v128.load(target + at);
    const after = madd(weight, f32x4.sub(v128.load(x + at), before), before);
    if (end - i >= 4) v128.store(target + at, after);
    else storeFirst(target + at, after, end - i);
  }
}
