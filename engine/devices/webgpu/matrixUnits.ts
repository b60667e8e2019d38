import { usage } from './buffers.ts';
import type { MatrixSize } from './traits.ts';

export const MATRIX_FEATURE = 'chromium-experimental-subgroup-matrix' as GPUFeatureName;

/** What Dawn adds to an adapter's description; the feature is an experiment and in no type package. */
interface MatrixInfo {
  readonly subgroupMatrixConfigs?: Iterable<{
    readonly M: number;
    readonly N: number;
    readonly K: number;
    readonly componentType: string;
    readonly resultComponentType: string;
  }>;
}

const READ_MODE = 1;

/**
 * The size that the matrix units of a device multiply, f16 with sums in f32. The language of this feature has changed
 * between releases of Dawn, so a product is made and looked at: a feature flag alone is not believed.
 *
 * @returns null where there are none, or the product does not compile or come out right
 */
export async function matrixUnits(device: GPUDevice, info: GPUAdapterInfo): Promise<MatrixSize | null> {
  if (!device.features.has(MATRIX_FEATURE) || !device.features.has('shader-f16')) return null;
  const configs = [...((info as MatrixInfo).subgroupMatrixConfigs ?? [])];
  const halves = configs.filter(
    ({ componentType, resultComponentType }) => componentType === 'f16' && resultComponentType === 'f32',
  );
  // Tiles are made of whole pieces of up to 16 × 16.
  const fitting = halves.filter(({ M, N, K }) => [M, N, K].every((side) => side === 8 || side === 16));
  for (const { M, N, K } of fitting.sort((a, b) => b.M * b.N * b.K - a.M * a.N * a.K)) {
    const size = { rows: M, columns: N, depth: K };
    if (await multiplies(device, size)) return size;
  }
  return null;
}

/** left[m, k] = m − k, right[k, n] = k + 2n: whole numbers, exact in f16 and their sums in f32. */
const probe = ({ rows: M, columns: N, depth: K }: MatrixSize, lanes: number) => `
enable f16;
enable subgroups;
enable chromium_experimental_subgroup_matrix;
@group(0) @binding(0) var<storage, read_write> result: array<f32, ${M * N}>;
var<workgroup> left: array<f16, ${M * K}>;
var<workgroup> right: array<f16, ${K * N}>;
var<workgroup> sums: array<f32, ${M * N}>;
@compute @workgroup_size(${lanes})
fn main(@builtin(local_invocation_index) thread: u32) {
  for (var i = thread; i < ${M * K}u; i += ${lanes}u) { left[i] = f16(i32(i % ${M}u) - i32(i / ${M}u)); }
  for (var i = thread; i < ${K * N}u; i += ${lanes}u) { right[i] = f16(i32(i / ${N}u) + 2 * i32(i % ${N}u)); }
  workgroupBarrier();
  let a = subgroupMatrixLoad<subgroup_matrix_left<f16, ${K}, ${M}>, col_major>(&left, 0u, ${M}u);
  let b = subgroupMatrixLoad<subgroup_matrix_right<f16, ${N}, ${K}>, row_major>(&right, 0u, ${N}u);
  var y: subgroup_matrix_result<f32, ${N}, ${M}>;
  y = subgroupMatrixMultiplyAccumulate(a, b, y);
  subgroupMatrixStore<row_major>(&sums, 0u, y, ${N}u);
  workgroupBarrier();
  for (var i = thread; i < ${M * N}u; i += ${lanes}u) { result[i] = sums[i]; }
}`;

async function multiplies(device: GPUDevice, size: MatrixSize): Promise<boolean> {
  const { rows, columns, depth } = size;
  const bytes = rows * columns * 4;
  const lanes = device.adapterInfo.subgroupMaxSize;
  const result = device.createBuffer({ size: bytes, usage: usage.storage | usage.copySource });
  const read = device.createBuffer({ size: bytes, usage: usage.mapRead | usage.copyTarget });
  device.pushErrorScope('validation');
  let values: Float32Array | null = null;
  try {
    const module = device.createShaderModule({ code: probe(size, lanes) });
    const pipeline = await device.createComputePipelineAsync({
      layout: 'auto',
      compute: { module, entryPoint: 'main' },
    });
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: result } }],
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(result, 0, read, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await read.mapAsync(READ_MODE);
    values = new Float32Array(read.getMappedRange().slice(0));
  } catch {
    // What does not compile is refused here, and its message goes into the error scope.
  }
  const error = await device.popErrorScope();
  result.destroy();
  read.destroy();
  const expected = (row: number, column: number) => {
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += (row - k) * (k + 2 * column);
    return sum;
  };
  return (
    error === null &&
    values !== null &&
    values.every((value, i) => value === expected(Math.floor(i / columns), i % columns))
  );
}
