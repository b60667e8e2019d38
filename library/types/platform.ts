/**
 * Types of the platform, as the package's declarations name them: those of a program's own TypeScript where it knows them
 * (`lib.dom`, `@webgpu/types`, `@types/node`), else the least that is true of them. So the declarations need no further
 * package, and stand in a program without a DOM too (scripts/declarations.mjs puts them in).
 */
type Known<Name extends string, Otherwise> =
  typeof globalThis extends Record<Name, { readonly prototype: infer Type }> ? Type : Otherwise;

type KnownWasm<Name extends string> = typeof globalThis extends {
  readonly WebAssembly: Record<Name, { readonly prototype: infer Type }>;
}
  ? Type
  : Opaque;

/** What is only passed on. */
type Opaque = { readonly [member: string]: unknown };

export type AbortSignal = Known<
  'AbortSignal',
  {
    readonly aborted: boolean;
    readonly reason: unknown;
    addEventListener(type: 'abort', listener: () => void): void;
    removeEventListener(type: 'abort', listener: () => void): void;
  }
>;
export type ImageData = Known<
  'ImageData',
  { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray }
>;

export type WebAssemblyMemory = KnownWasm<'Memory'>;
export type WebAssemblyModule = KnownWasm<'Module'>;
export type WebAssemblyExports = Opaque;

/** `navigator.gpu`, or what npm `webgpu` gives. */
export type GPU = Known<'GPU', { requestAdapter(options?: object): Promise<object | null> }>;
export type GPUAdapter = Known<'GPUAdapter', Opaque>;
export type GPUAdapterInfo = Known<'GPUAdapterInfo', Opaque>;
export type GPUBindGroup = Known<'GPUBindGroup', Opaque>;
export type GPUBindGroupLayout = Known<'GPUBindGroupLayout', Opaque>;
export type GPUBuffer = Known<'GPUBuffer', Opaque>;
export type GPUBufferBinding = {
  readonly buffer: GPUBuffer;
  readonly offset?: number;
  readonly size?: number;
};
export type GPUCommandEncoder = Known<'GPUCommandEncoder', Opaque>;
export type GPUComputePipeline = Known<'GPUComputePipeline', Opaque>;
export type GPUDevice = Known<'GPUDevice', Opaque>;
export type GPUQuerySet = Known<'GPUQuerySet', Opaque>;
export type GPUSupportedLimits = Known<'GPUSupportedLimits', Opaque>;
