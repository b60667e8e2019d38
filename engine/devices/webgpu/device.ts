import type { CapturedStep, Operand } from '../../device.ts';
import type { DType, TypedArray } from '../../dtype.ts';
import { DeviceLostError, InkgradError } from '../../errors.ts';
import type { Op } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import type { Launches } from '../capture/device.ts';
import { RecordingDevice } from '../capture/device.ts';
import type { Ground } from '../capture/ground.ts';
import type { Bound } from '../capture/recorder.ts';
import type { Launch, Work } from '../launch.ts';
import { BufferPool, usage } from './buffers.ts';
import type { GpuRecorder } from './captured.ts';
import { CapturedLaunches } from './captured.ts';
import { gpuKernelOf } from './kernels/index.ts';
import type { TilingName } from './kernels/tilings.ts';
import { ParamSlots, SLOT } from './params.ts';
import { PipelineCache } from './pipelines.ts';
import { WebGpuStep } from './step.ts';
import { bytesFor, GpuStorage } from './storage.ts';
import type { MatrixSize, Traits } from './traits.ts';

const READ_MODE = 1;

/**
 * One line that names an adapter of WebGPU: its vendor, its architecture and its description.
 *
 * @category Devices
 * @example
 * import { adapterName } from 'inkgrad';
 *
 * // Of the browser: (await navigator.gpu.requestAdapter()).info
 * const info = { vendor: 'nvidia', architecture: 'hopper', device: '', description: 'NVIDIA H200' };
 * console.log(adapterName(info as GPUAdapterInfo));
 * // nvidia hopper NVIDIA H200
 */
export function adapterName({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  const words = [vendor, architecture, description || device].filter((word) => word !== '');
  return [...new Set(words)].join(' ') || 'unnamed adapter';
}

/**
 * WGSL compute shaders. Launches are gathered in one compute pass and submitted together, when a result is
 * read, data is written, or the parameter slots are used up. A whole step can be captured once and replayed.
 *
 * @category Devices
 * @example
 * import { F, openDevice, Tensor } from 'inkgrad';
 *
 * const device = await openDevice('webgpu');
 * const x = Tensor.from(device, [[1, 2], [3, 4]]);
 * console.log(await F.matmul(x, x).toArray());
 * // [ [ 7, 10 ], [ 15, 22 ] ]
 * device.close();
 */
export class WebGpuDevice extends RecordingDevice<GpuStorage, Launch> {
  /** Which device it is. */
  readonly kind = 'webgpu';
  /** What really computes. */
  readonly adapter: string;
  /** True for an adapter that computes on the CPU, such as SwiftShader or llvmpipe. */
  readonly isSoftware: boolean;
  /** What the adapter could do, which may be more than this device asked for. */
  readonly adapterFeatures: ReadonlySet<string>;
  /** The limits of the adapter, which may be wider than those of this device. */
  readonly adapterLimits: GPUSupportedLimits;
  /**
   * What kernels are chosen by; the tilings that were measured may be added to.
   *
   * @internal
   */
  traits: Traits & { tuned: Map<string, TilingName> };
  /** The device of WebGPU itself. */
  readonly gpu: GPUDevice;
  readonly #pool: BufferPool;
  /** What results are copied into to be read. */
  readonly #staging: BufferPool;
  readonly #params: ParamSlots;
  readonly #pipelines: PipelineCache;
  #encoder: GPUCommandEncoder | null = null;
  #pass: GPUComputePassEncoder | null = null;
  /** What the device complained of, to be thrown where somebody waits for it. */
  #error: Error | null = null;
  #isLost = false;
  #closed = false;

  /** @internal */
  constructor(device: GPUDevice, adapter: GPUAdapter, matrices: MatrixSize | null) {
    super();
    if (adapter === undefined)
      throw new InkgradError("webgpu: made with new; write await openDevice('webgpu')");
    const { info, features, limits } = adapter;
    this.gpu = device;
    this.adapterFeatures = features;
    this.adapterLimits = limits;
    this.adapter = adapterName(info);
    this.isSoftware = info.isFallbackAdapter;
    const fail = (error: Error) => {
      this.#error ??= error;
    };
    const tooLarge = (bytes: number) =>
      fail(
        new InkgradError(`webgpu: out of memory for ${bytes} bytes; use a smaller --batch, or --device cpu`),
      );
    const storage = usage.storage | usage.copySource | usage.copyTarget;
    this.#pool = new BufferPool(device, this.counters, storage, tooLarge, () => this.submit());
    // What was read has been submitted.
    const reading = usage.mapRead | usage.copyTarget;
    this.#staging = new BufferPool(device, this.counters, reading, tooLarge, () => {});
    this.#params = new ParamSlots(device);
    this.#pipelines = new PipelineCache(device, fail);
    const fixed = device.features.has('subgroups') && info.subgroupMinSize === info.subgroupMaxSize;
    this.traits = {
      lanes: fixed ? info.subgroupMinSize : 0,
      isSoftware: this.isSoftware,
      groups: this.isSoftware ? 16 : 512,
      halfFactors: false,
      ...(fixed && matrices !== null && { matrices }),
      tuned: new Map(),
    };
    device.onuncapturederror = ({ error }) => fail(new InkgradError(`webgpu: ${oneLine(error.message)}`));
    device.lost.then(({ message }) => {
      if (this.#closed) return;
      this.#isLost = true;
      this.#error = new DeviceLostError(`webgpu: the device was lost: ${oneLine(message)}`);
    });
  }

  /**
   * f16 rounds the factors of all products to half precision, and still sums in f32.
   *
   * @throws InkgradError where the adapter has no half precision
   */
  usePrecision(precision: 'f32' | 'f16'): void {
    if (precision === 'f16' && !this.gpu.features.has('shader-f16')) {
      throw new InkgradError(`--precision f16: ${this.adapter} has no shader-f16; use f32`);
    }
    this.traits = { ...this.traits, halfFactors: precision === 'f16' };
  }

  protected expectRoom(_dtype: DType, length: number): void {
    const bytes = bytesFor(length);
    const limit = this.gpu.limits.maxStorageBufferBindingSize;
    if (bytes > limit) {
      throw new InkgradError(
        `webgpu: a tensor of ${bytes} bytes; this adapter binds at most ${limit}, use a smaller batch or --device cpu`,
      );
    }
  }

  protected make(dtype: DType, length: number): GpuStorage {
    return new GpuStorage(dtype, length, { buffer: this.#pool.take(bytesFor(length)), offset: 0 });
  }

  protected makeWithoutAddress(dtype: DType, length: number): GpuStorage {
    return new GpuStorage(dtype, length, null);
  }

  protected partOf({ dtype, address }: GpuStorage, start: number, length: number): GpuStorage {
    return new GpuStorage(dtype, length, { ...address, offset: address.offset + start * 4 });
  }

  /** @internal */
  free({ address }: GpuStorage): void {
    this.#pool.give(address.buffer);
  }

  protected writeNow({ address: { buffer, offset } }: GpuStorage, data: TypedArray): void {
    // A queue write goes before launches that are still unsubmitted, and those may use this buffer.
    this.submit();
    this.gpu.queue.writeBuffer(buffer, offset, data as BufferSource);
  }

  protected readNow(storage: GpuStorage): Promise<TypedArray> {
    this.#endPass();
    return this.submitAndRead(this.#encoder ?? this.gpu.createCommandEncoder(), storage);
  }

  /**
   * Ends a command buffer with a copy of `storage`, submits it, and gives the copy when all of it has run.
   *
   * @internal
   */
  async submitAndRead(encoder: GPUCommandEncoder, storage: GpuStorage): Promise<TypedArray> {
    const { dtype, length } = storage;
    const { buffer, offset } = storage.address;
    const bytes = bytesFor(length);
    const staging = this.#staging.take(bytes);
    encoder.copyBufferToBuffer(buffer, offset, staging, 0, bytes);
    this.#encoder = encoder;
    this.submit();
    let copy: ArrayBuffer;
    try {
      copy = await this.mapped(staging);
    } catch (error) {
      this.#staging.drop(staging);
      throw error;
    }
    this.#staging.give(staging);
    this.throwError();
    return dtype === 'int32' ? new Int32Array(copy, 0, length) : new Float32Array(copy, 0, length);
  }

  protected launchesOf<A extends object>(
    op: Op<A>,
    inputs: readonly Operand[],
    outputs: readonly Operand[],
    attrs: A,
  ): Launches<Launch> {
    const work = gpuKernelOf(op)(inputs, outputs, attrs, this.traits);
    const { launches, scratch }: Work = 'launches' in work ? work : { launches: work, scratch: [] };
    // One that is too large would take all launches along that wait with it in a command buffer.
    const most = this.gpu.limits.maxComputeWorkgroupsPerDimension;
    for (const { entry, grid } of launches) {
      if (grid.every((groups) => groups <= most)) continue;
      throw new InkgradError(
        `webgpu: ${op.name}: ${entry} in ${grid.join(' × ')} workgroups; this device takes ${most} along an axis, use smaller tensors or --device cpu`,
      );
    }
    return { launches: launches.filter(({ grid }) => grid.every((groups) => groups > 0)), scratch };
  }

  protected canLaySideBySide(): boolean {
    return true;
  }

  /** Finds memory for what was noted, binds it and compiles its pipelines. */
  protected async stepOf(
    recorder: GpuRecorder,
    ground: Ground<GpuStorage>,
    outputs: readonly Tensor[],
  ): Promise<CapturedStep> {
    // Constants are written at once: launches that still wait may use the same memory.
    this.submit();
    const { gpu, counters } = this;
    const host = { gpu, counters, pipelines: this.#pipelines, pool: this.#pool };
    let captured: CapturedLaunches;
    try {
      captured = await CapturedLaunches.make(recorder, ground.handedOut, host);
    } catch (error) {
      throw this.#takeError() ?? error;
    }
    this.throwError();
    return new WebGpuStep(this, captured, ground, outputs);
  }

  /**
   * Waits until all queued work is done.
   *
   * @throws DeviceLostError, by its promise, where the device is gone; InkgradError for what it complained of
   */
  async finish(): Promise<void> {
    this.submit();
    try {
      await this.gpu.queue.onSubmittedWorkDone();
    } catch (error) {
      throw this.#takeError() ?? lostBy(error);
    }
    this.throwError();
  }

  /** Frees everything; the device cannot be used afterwards. */
  close(): void {
    this.#closed = true;
    this.#pool.trim();
    this.#staging.trim();
    this.gpu.destroy();
  }

  protected launch(launches: readonly Bound<GpuStorage, Launch>[]): void {
    for (const each of launches) this.#dispatch(each);
  }

  #dispatch({ launch, reads, writes }: Bound<GpuStorage, Launch>): void {
    if (this.#params.full) this.submit();
    const { pipeline, layout, uniforms } = this.#pipelines.get(launch, reads.length, writes.length);
    const offset = this.#params.add(uniforms, launch.params);
    const resources = [...reads, ...writes].map(({ binding }) => binding);
    const group = this.gpu.createBindGroup({
      layout,
      entries: [{ buffer: this.#params.buffer, size: SLOT }, ...resources].map((resource, binding) => ({
        binding,
        resource,
      })),
    });
    this.#encoder ??= this.gpu.createCommandEncoder();
    this.#pass ??= this.#encoder.beginComputePass();
    this.#pass.setPipeline(pipeline);
    this.#pass.setBindGroup(0, group, [offset]);
    this.#pass.dispatchWorkgroups(...launch.grid);
    this.counters.launches++;
    this.counters.bindGroups++;
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = null;
  }

  /**
   * Submits what has been gathered.
   *
   * @internal
   */
  submit(): void {
    if (this.#encoder === null) return;
    this.#endPass();
    this.#params.flush();
    this.gpu.queue.submit([this.#encoder.finish()]);
    this.#encoder = null;
    this.counters.submits++;
  }

  /**
   * Submits a command buffer of its own, after what has been gathered.
   *
   * @internal
   */
  submitAlone(encoder: GPUCommandEncoder): void {
    this.submit();
    this.gpu.queue.submit([encoder.finish()]);
    this.counters.submits++;
  }

  /**
   * Waits until a buffer can be read, and gives its bytes.
   *
   * @internal
   */
  async mapped(buffer: GPUBuffer): Promise<ArrayBuffer> {
    try {
      await buffer.mapAsync(READ_MODE);
    } catch (error) {
      throw this.#takeError() ?? lostBy(error);
    }
    const copy = buffer.getMappedRange().slice(0);
    buffer.unmap();
    return copy;
  }

  /**
   * Throws what the device complained of, once: it goes on without the launches that were wrong, unless it is lost.
   *
   * @internal
   */
  throwError(): void {
    const error = this.#takeError();
    if (error !== null) throw error;
  }

  #takeError(): Error | null {
    const error = this.#error;
    if (!this.#isLost) this.#error = null;
    return error;
  }
}

/** Waiting fails only when the device is gone, which its own promise may say later. */
const lostBy = (error: unknown): DeviceLostError =>
  new DeviceLostError(`webgpu: the device was lost: ${oneLine((error as Error).message)}`);

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim();
