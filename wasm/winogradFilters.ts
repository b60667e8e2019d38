// Winograd's transforms of the filters. Transformed ones, u, lie as [point][output / 8][input][output % 8], inputs in
// fours; `output` and `input` are the filters and channels of w, or the other way round where w is transposed.
import { filterGradientLine, filterLine } from './winogradLines';

const POINTS = 36;

/** Arguments after the two addresses. Distances in w are counted in filters of taps × taps. */
// @ts-ignore: decorator
@unmanaged
class Filters {
  taps: i32;
  outputs: i32;
  outputStep: i32;
  inputs: i32;
  inputStep: i32;
  /** How many u there are to be summed; where w is made from them. */
  groups: i32;
}

/** u = Gw, zero past the last output and input; a part is eight outputs. Arguments: w, u, Filters. */
export function winogradFilters(args: usize, part: i32, own: usize): void {
  const w = load<usize>(args);
  const u = load<usize>(args, 4);
  const shape = changetype<Filters>(args + 8);
  const taps = shape.taps;
  const area = taps * taps;
  const inputs = (shape.inputs + 3) & ~3;
  const points = <usize>(((shape.outputs + 7) >> 3) * inputs) << 5;
  const half = own + (25 << 4);
  for (let input = 0; input < inputs; input++) {
    for (let four = 0; four < 2; four++) {
      const output = part * 8 + four * 4;
      memory.fill(own, 0, 25 << 4);
      const lanes = input < shape.inputs ? min(4, shape.outputs - output) : 0;
      for (let lane = 0; lane < lanes; lane++) {
        const from = w + (<usize>(((output + lane) * shape.outputStep + input * shape.inputStep) * area) << 2);
        for (let tap = 0; tap < area; tap++) {
          store<f32>(own + (<usize>(tap * 4 + lane) << 2), load<f32>(from + (<usize>tap << 2)));
        }
      }
      // Columns of taps, then the rows of six points that they have become.
      for (let column = 0; column < taps; column++) {
        filterLine(taps, own + (<usize>column << 4), <usize>taps << 4, half + (<usize>column << 4), 80);
      }
      const to = u + (<usize>((part * inputs + input) * 2 + four) << 4);
      for (let row = 0; row < 6; row++) {
        filterLine(taps, half + <usize>row * 80, 16, to + <usize>(row * 6) * points, points);
      }
    }
  }
}

/** dw = Gᵀ Σ_group u[group] G, groups in order; a part is eight outputs. Arguments: u, dw, Filters. */
export function winogradWeightGradient(args: usize, part: i32, own: usize): void {
  const u = load<usize>(args);
  const dw = load<usize>(args, 4);
  const shape = changetype<Filters>(args + 8);
  const taps = shape.taps;
  const area = taps * taps;
  const inputs = (shape.inputs + 3) & ~3;
  const points = <usize>(((shape.outputs + 7) >> 3) * inputs) << 5;
  const half = own + (POINTS << 4);
  for (let input = 0; input < shape.inputs; input++) {
    for (let four = 0; four < 2; four++) {
      const output = part * 8 + four * 4;
      let from = u + (<usize>((part * inputs + input) * 2 + four) << 4);
      for (let point = 0; point < POINTS; point++, from += points) {
        let sum = v128.load(from);
        for (let group = 1; group < shape.groups; group++) {
          sum = v128.add<f32>(sum, v128.load(from + <usize>(group * POINTS) * points));
        }
        v128.store(own + (<usize>point << 4), sum);
      }
      for (let column = 0; column < 6; column++) {
        filterGradientLine(taps, own + (<usize>column << 4), 96, half + (<usize>column << 4), 96);
      }
      for (let row = 0; row < taps; row++) {
        filterGradientLine(taps, half + <usize>row * 96, 16, own + (<usize>(row * taps) << 4), 16);
      }
      const lanes = min(4, shape.outputs - output);
      for (let lane = 0; lane < lanes; lane++) {
        const to = dw + (<usize>(((output + lane) * shape.outputStep + input * shape.inputStep) * area) << 2);
        for (let tap = 0; tap < area; tap++) {
          store<f32>(to + (<usize>tap << 2), load<f32>(own + (<usize>(tap * 4 + lane) << 2)));
        }
      }
    }
  }
}
