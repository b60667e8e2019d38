import binaryShader from '../../../../shaders/binary.wgsl';
import broadcastShader from '../../../../shaders/broadcast.wgsl';
import unaryShader from '../../../../shaders/unary.wgsl';
import type { BinaryName, BinaryRow } from '../../../ops/binary.ts';
import { binaryRows } from '../../../ops/binary.ts';
import { ofEachRow } from '../../../ops/rows.ts';
import type { UnaryAttrs, UnaryName, UnaryRow } from '../../../ops/unary.ts';
import { unaryRows } from '../../../ops/unary.ts';
import type { Shape } from '../../../shape.ts';
import { broadcastStrides, sameShape, sizeOf } from '../../../shape.ts';
import type { GpuKernel, Launch } from '../../launch.ts';
import { elementGrid } from '../../launch.ts';
import { itemGrid, itemsOf, mapped } from './items.ts';
import { expand } from './unroll.ts';
import { walkOf } from './walks.ts';

/** y[i] = f(x[i], a, b) for an expression in x, a and b. */
function unaryKernel(_name: string, { wgsl }: UnaryRow): GpuKernel<UnaryAttrs> {
  const f = `fn f(x: f32, a: f32, b: f32) -> f32 { return ${wgsl}; }\n`;
  const codeFor = (count: number) =>
    `${itemsOf(count).head}${f}${mapped(count, ['x'], ['a', 'b'])}${unaryShader}`;
  const [codeOfFours, codeOfOnes] = [codeFor(4), codeFor(1)];
  return (_inputs, [y], { a, b }) => {
    const count = sizeOf(y.shape);
    const code = count % 4 === 0 ? codeOfFours : codeOfOnes;
    const params = { items: itemsOf(count).items, a, b };
    return [{ shader: code, entry: 'main', params, grid: itemGrid(count) }];
  };
}

/** Where one is broadcast to the other; what does not move along four neighbours is read once for them. */
function launchBroadcast(f: string, a: Shape, b: Shape, y: Shape): Launch {
  const { isFours, reaches, items, constants, params } = walkOf(y, [
    broadcastStrides(a, y),
    broadcastStrides(b, y),
  ]);
  const [typeA, typeB] = reaches.map((reach) => (reach === 'four' ? 'Item' : 'f32'));
  const types = `${itemsOf(isFours ? 4 : 1).head}alias A = ${typeA};\nalias B = ${typeB};\n`;
  const code = types + f + mapped(isFours ? 4 : 1, ['a', 'b'], []) + expand(broadcastShader, constants);
  return { shader: code, entry: 'main', params, grid: elementGrid(items) };
}

/** y[i] = f(a[i], b[i]), broadcast, for an expression in a and b. */
function binaryKernel(_name: string, { wgsl }: BinaryRow): GpuKernel<object> {
  const f = `fn f(a: f32, b: f32) -> f32 { return ${wgsl}; }\n`;
  const codeFor = (count: number) =>
    `${itemsOf(count).head}${f}${mapped(count, ['a', 'b'], [])}${binaryShader}`;
  const [codeOfFours, codeOfOnes] = [codeFor(4), codeFor(1)];
  return ([a, b], [y]) => {
    const count = sizeOf(y.shape);
    if (sameShape(a.shape, b.shape)) {
      const code = count % 4 === 0 ? codeOfFours : codeOfOnes;
      const params = { items: itemsOf(count).items };
      return [{ shader: code, entry: 'main', params, grid: itemGrid(count) }];
    }
    return [launchBroadcast(f, a.shape, b.shape, y.shape)];
  };
}

export const unary = ofEachRow<UnaryName, UnaryRow, GpuKernel<UnaryAttrs>>(unaryRows, unaryKernel);
export const binary = ofEachRow<BinaryName, BinaryRow, GpuKernel<object>>(binaryRows, binaryKernel);
