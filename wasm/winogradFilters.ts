// Winograd's transforms of the filters. Transformed ones, u, lie as [output / 8][point][input][output % 8], inputs in
// fours: in the order in which the products read them. Outputs and inputs are the filters and channels of w, or the
// other way round where w is transposed.
import { collectLine, evaluateLine } from './winogradPolynomials';

/** Arguments after the two addresses. Distances in w are counted in filters of taps × taps. */
// @ts-ignore: decorator
@unmanaged
class Filters {
  taps: i32;
  /** Points along an axis. */
  size: i32;
  outputs: i32;
  outputStep: i32;
  inputs: i32;
  inputStep: i32;
  /** Bytes from a point of u to the next. */
  points: usize;
  /** How many u there are to be summed; where w is made from them. */
  groups: i32;
}

/** G along one axis, for the sizes that occur. */
function filterLine(taps: i32, size: i32, from: usize, step: usize, to: usize, toStep: usize): void {
  const four = f32x4.splat(4);
  if (size == 6) evaluateLine(false, 3, 6, true, from, step, to, toStep, 2 * toStep, 3 * toStep, 4 * toStep, 5 * toStep, 6 * toStep, 7 * toStep, four);
  else if (taps == 3) evaluateLine(false, 3, 8, true, from, step, to, toStep, 2 * toStep, 3 * toStep, 4 * toStep, 5 * toStep, 6 * toStep, 7 * toStep, four);
  else evaluateLine(false, 5, 8, true, from, step, to, toStep, 2 * toStep, 3 * toStep, 4 * toStep, 5 * toStep, 6 * toStep, 7 * toStep, four);
}

/** Gᵀ along one axis. */
function gradientLine(taps: i32, size: i32, from: usize, step: usize, to: usize, toStep: usize): void {
  const zero = f32x4.splat(0);
  const four = f32x4.splat(4);
  if (size == 6) collectLine(false, 3, 6, true, from, step, 2 * step, 3 * step, 4 * step, 5 * step, 6 * step, 7 * step, to, toStep, four, false, zero, zero, zero);
  else if (taps == 3) collectLine(false, 3, 8, true, from, step, 2 * step, 3 * step, 4 * step, 5 * step, 6 * step, 7 * step, to, toStep, four, false, zero, zero, zero);
  else collectLine(false, 5, 8, true, from, step, 2 * step, 3 * step, 4 * step, 5 * step, 6 * step, 7 * step, to, toStep, four, false, zero, zero, zero);
}

/**
 * u = Gw, zero past the last output and input, and the bits of the largest magnitude in w; a part is eight outputs.
 * Arguments: w, u, a word for each part, Filters.
 */
export function winogradFilters(args: usize, part: i32, own: usize): void {
  const w = load<usize>(args);
  const u = load<usize>(args, 4);
  const shape = changetype<Filters>(args + 12);
  const taps = shape.taps;
  const area = taps * taps;
  const size = shape.size;
  const inputs = (shape.inputs + 3) & ~3;
  const points = shape.points;
  const half = own + (<usize>area << 4);
  let largest = 0;
  for (let input = 0; input < inputs; input++) {
    for (let four = 0; four < 2; four++) {
      const output = part * 8 + four * 4;
      memory.fill(own, 0, <usize>area << 4);
      const lanes = input < shape.inputs ? min(4, shape.outputs - output) : 0;
      for (let lane = 0; lane < lanes; lane++) {
        const filter = (output + lane) * shape.outputStep + input * shape.inputStep;
        const from = w + (<usize>(filter * area) << 2);
        for (let tap = 0; tap < area; tap++) {
          const bits = load<i32>(from + (<usize>tap << 2));
          largest = max(largest, bits & 0x7fffffff);
          store<i32>(own + (<usize>(tap * 4 + lane) << 2), bits);
        }
      }
      // Columns of taps, then the rows of points that they have become.
      const row = <usize>taps << 4;
      for (let at: usize = 0; at < row; at += 16) filterLine(taps, size, own + at, row, half + at, row);
      const to = u + <usize>(part * size * size) * points + (<usize>(input * 2 + four) << 4);
      for (let i = 0; i < size; i++) {
        filterLine(taps, size, half + <usize>i * row, 16, to + <usize>(i * size) * points, points);
      }
    }
  }
  store<i32>(load<usize>(args, 8) + (<usize>part << 2), largest);
}

/**
 * sums[i] = Σ from[group, i] over the groups that are, or are not, direct, for as many places; to what is there if they are.
 */
// @ts-ignore: decorator
@inline
function sumGroups(
  from: usize, whole: usize, step: usize, places: i32, groups: i32, isDirect: usize, direct: bool, sums: usize,
): void {
  if (!direct) memory.fill(sums, 0, <usize>places << 4);
  for (let group = 0; group < groups; group++, from += whole) {
    if ((load<i32>(isDirect + (<usize>group << 2)) != 0) != direct) continue;
    let at = from;
    for (let to = sums, end = sums + (<usize>places << 4); to < end; to += 16, at += step) {
      v128.store(to, v128.add<f32>(v128.load(to), v128.load(at)));
    }
  }
}

/**
 * dw = Gᵀ Σ_group u[group] G, groups in order, plus the groups that were made without transforms; a part is eight outputs.
 * Arguments: u, for each group whether it was, dw, Filters.
 */
export function winogradWeightGradient(args: usize, part: i32, own: usize): void {
  const u = load<usize>(args);
  const isDirect = load<usize>(args, 4);
  const dw = load<usize>(args, 8);
  const shape = changetype<Filters>(args + 12);
  const taps = shape.taps;
  const area = taps * taps;
  const size = shape.size;
  const inputs = (shape.inputs + 3) & ~3;
  const points = shape.points;
  const whole = <usize>(((shape.outputs + 7) >> 3) * size * size) * points;
  const half = own + (<usize>(size * size) << 4);
  for (let input = 0; input < shape.inputs; input++) {
    for (let four = 0; four < 2; four++) {
      const output = part * 8 + four * 4;
      const from = u + <usize>(part * size * size) * points + (<usize>(input * 2 + four) << 4);
      sumGroups(from, whole, points, size * size, shape.groups, isDirect, false, own);
      const row = <usize>size << 4;
      for (let at: usize = 0; at < row; at += 16) gradientLine(taps, size, own + at, row, half + at, row);
      for (let i = 0; i < taps; i++) {
        gradientLine(taps, size, half + <usize>i * row, 16, own + (<usize>(i * taps) << 4), 16);
      }
      sumGroups(from, whole, points, area, shape.groups, isDirect, true, own);
      const lanes = min(4, shape.outputs - output);
      for (let lane = 0; lane < lanes; lane++) {
        const filter = (output + lane) * shape.outputStep + input * shape.inputStep;
        const to = dw + (<usize>(filter * area) << 2);
        for (let tap = 0; tap < area; tap++) {
          store<f32>(to + (<usize>tap << 2), load<f32>(own + (<usize>(tap * 4 + lane) << 2)));
        }
      }
    }
  }
}
