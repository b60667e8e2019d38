// y[i] = f(x[i], a, b): the functions of one tensor. Arguments: x, y, length, floats of one part, a, b.
import { arg, floatArg } from './args';
import { pow as pow64 } from './double';
import { erfc4, exp4, log4, tanh4 } from './exponential';
import { madd, storeFirst } from './simd';

/**
 * The loop of them all. A function comes as the method `f` of a class without content: a method of an object
 * that is nowhere is called directly, and so becomes part of the loop, which a function in a table would not.
 */
// @ts-ignore: decorator
@inline
function map<F>(args: usize, part: i32): void {
  const length = arg(args, 2);
  const piece = arg(args, 3);
  const a = f32x4.splat(floatArg(args, 4));
  const b = f32x4.splat(floatArg(args, 5));
  const start = part * piece;
  const count = min(length - start, piece);
  const skip = <usize>start << 2;
  const x = <usize>arg(args, 0) + skip;
  const y = <usize>arg(args, 1) + skip;
  const rest = count & 3;
  const end = <usize>(count - rest) << 2;
  const f = changetype<F>(0);
  for (let at: usize = 0; at < end; at += 16) v128.store(y + at, f.f(v128.load(x + at), a, b));
  // Past the end may be read, but not written.
  if (rest) storeFirst(y + end, f.f(v128.load(x + end), a, b), rest);
}

@unmanaged class Neg {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return f32x4.neg(x);
  }
}

@unmanaged class Affine {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return madd(a, x, b);
  }
}

@unmanaged class Exp {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return exp4(x);
  }
}

@unmanaged class Log {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return log4(x);
  }
}

@unmanaged class Sqrt {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return f32x4.sqrt(x);
  }
}

@unmanaged class Square {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return f32x4.mul(x, x);
  }
}

@unmanaged class Reciprocal {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return f32x4.div(f32x4.splat(1), x);
  }
}

/** xᵃ for any a, one after the other. */
@unmanaged class Power {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    const e = <f64>f32x4.extract_lane(a, 0);
    let y = f32x4.splat(<f32>pow64(f32x4.extract_lane(x, 0), e));
    y = f32x4.replace_lane(y, 1, <f32>pow64(f32x4.extract_lane(x, 1), e));
    y = f32x4.replace_lane(y, 2, <f32>pow64(f32x4.extract_lane(x, 2), e));
    return f32x4.replace_lane(y, 3, <f32>pow64(f32x4.extract_lane(x, 3), e));
  }
}

@unmanaged class Abs {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return f32x4.abs(x);
  }
}

/** ±1 with the sign of x; NaN and zeros of both signs, which are neither above nor below 0, stay. */
@unmanaged class Sign {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    const zero = f32x4.splat(0);
    const one = v128.or(f32x4.splat(1), v128.and(x, i32x4.splat(0x80000000)));
    return v128.bitselect(one, x, v128.or(f32x4.lt(x, zero), f32x4.gt(x, zero)));
  }
}

/** min(max(x, a), b) with the rules of JavaScript for NaN and −0, which are those of WebAssembly. */
@unmanaged class Clamp {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return f32x4.min(f32x4.max(x, a), b);
  }
}

@unmanaged class Within {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return v128.and(f32x4.splat(1), v128.and(f32x4.ge(x, a), f32x4.le(x, b)));
  }
}

/** 0 where x ≤ 0, −0 included, else x: one instruction less than a maximum that keeps NaN. */
@unmanaged class Relu {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return v128.andnot(x, f32x4.le(x, f32x4.splat(0)));
  }
}

@unmanaged class Step {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return v128.bitselect(f32x4.splat(1), a, f32x4.gt(x, f32x4.splat(0)));
  }
}

@unmanaged class LeakyRelu {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return v128.bitselect(x, f32x4.mul(a, x), f32x4.gt(x, f32x4.splat(0)));
  }
}

@unmanaged class Sigmoid {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    const one = f32x4.splat(1);
    return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
  }
}

@unmanaged class Tanh {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return tanh4(x);
  }
}

/** Φ(x) = erfc(−x/√2)/2, the normal distribution. */
// @ts-ignore: decorator
@inline
function phi(x: v128): v128 {
  return f32x4.mul(f32x4.splat(0.5), erfc4(f32x4.mul(x, f32x4.splat(-0.70710678118654752))));
}

@unmanaged class Gelu {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return f32x4.mul(x, phi(x));
  }
}

/** Φ(x) + x·e^(−x²/2)/√(2π) */
@unmanaged class GeluSlope {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    const bell = exp4(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
    return f32x4.add(phi(x), f32x4.mul(f32x4.mul(x, f32x4.splat(0.39894228040143268)), bell));
  }
}

@unmanaged class IsZero {
  // @ts-ignore: decorator
  @inline f(x: v128, a: v128, b: v128): v128 {
    return v128.and(f32x4.splat(1), f32x4.eq(x, f32x4.splat(0)));
  }
}

export function neg(args: usize, part: i32, own: usize): void { map<Neg>(args, part); }
export function affine(args: usize, part: i32, own: usize): void { map<Affine>(args, part); }
export function exp(args: usize, part: i32, own: usize): void { map<Exp>(args, part); }
export function log(args: usize, part: i32, own: usize): void { map<Log>(args, part); }
export function sqrt(args: usize, part: i32, own: usize): void { map<Sqrt>(args, part); }
export function square(args: usize, part: i32, own: usize): void { map<Square>(args, part); }
export function reciprocal(args: usize, part: i32, own: usize): void { map<Reciprocal>(args, part); }
export function power(args: usize, part: i32, own: usize): void { map<Power>(args, part); }
export function abs(args: usize, part: i32, own: usize): void { map<Abs>(args, part); }
export function sign(args: usize, part: i32, own: usize): void { map<Sign>(args, part); }
export function clamp(args: usize, part: i32, own: usize): void { map<Clamp>(args, part); }
export function within(args: usize, part: i32, own: usize): void { map<Within>(args, part); }
export function relu(args: usize, part: i32, own: usize): void { map<Relu>(args, part); }
export function step(args: usize, part: i32, own: usize): void { map<Step>(args, part); }
export function leakyRelu(args: usize, part: i32, own: usize): void { map<LeakyRelu>(args, part); }
export function sigmoid(args: usize, part: i32, own: usize): void { map<Sigmoid>(args, part); }
export function tanh(args: usize, part: i32, own: usize): void { map<Tanh>(args, part); }
export function gelu(args: usize, part: i32, own: usize): void { map<Gelu>(args, part); }
export function geluSlope(args: usize, part: i32, own: usize): void { map<GeluSlope>(args, part); }
export function isZero(args: usize, part: i32, own: usize): void { map<IsZero>(args, part); }
