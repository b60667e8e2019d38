import { InkgradError } from '../../errors.ts';
import type { Launch } from '../launch.ts';
import { placeOf } from './source.ts';
import type { UniformLayout } from './uniforms.ts';
import { uniformLayout } from './uniforms.ts';

const COMPUTE_STAGE = 4;

/** A compiled shader and what it binds. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** Where its parameters lie. */
  readonly uniforms: UniformLayout;
}

/** Compiled shaders, by source and entry point. */
export class PipelineCache {
  readonly #modules = new Map<string, GPUShaderModule>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #uniforms = new Map<string, UniformLayout>();
  readonly #pipelines = new Map<string, Map<string, Pipeline>>();
  readonly #compiling = new Map<string, Promise<Pipeline>>();

  constructor(
    readonly device: GPUDevice,
    /** Told of a shader that does not compile; the message names the line. */
    readonly onError: (error: Error) => void,
  ) {}

  /** The pipeline of a launch, compiled on the spot if need be. */
  get(launch: Launch, reads: number, writes: number): Pipeline {
    const entries = this.#entries(launch.shader);
    const key = `${launch.entry} ${reads} ${writes}`;
    let made = entries.get(key);
    if (made === undefined) {
      const layout = this.#layout(reads, writes);
      const pipeline = this.device.createComputePipeline(this.#descriptor(launch, layout));
      made = { pipeline, layout, uniforms: this.#uniformsOf(launch.shader) };
      entries.set(key, made);
    }
    return made;
  }

  /** The same without waiting for each: the driver compiles as many at a time as it can. */
  compile(launch: Launch, reads: number, writes: number): Promise<Pipeline> {
    const key = `${launch.entry} ${reads} ${writes}`;
    const made = this.#entries(launch.shader).get(key);
    if (made !== undefined) return Promise.resolve(made);
    const whole = `${key} ${launch.shader}`;
    let waiting = this.#compiling.get(whole);
    if (waiting === undefined) {
      const layout = this.#layout(reads, writes);
      waiting = this.device.createComputePipelineAsync(this.#descriptor(launch, layout)).then((pipeline) => {
        const compiled = { pipeline, layout, uniforms: this.#uniformsOf(launch.shader) };
        this.#entries(launch.shader).set(key, compiled);
        return compiled;
      });
      waiting.then(
        () => this.#compiling.delete(whole),
        () => this.#compiling.delete(whole),
      );
      this.#compiling.set(whole, waiting);
    }
    return waiting;
  }

  #uniformsOf(shader: string): UniformLayout {
    let uniforms = this.#uniforms.get(shader);
    if (uniforms === undefined) {
      uniforms = uniformLayout(shader);
      this.#uniforms.set(shader, uniforms);
    }
    return uniforms;
  }

  #entries(shader: string): Map<string, Pipeline> {
    let entries = this.#pipelines.get(shader);
    if (entries === undefined) {
      entries = new Map();
      this.#pipelines.set(shader, entries);
    }
    return entries;
  }

  #descriptor({ shader, entry }: Launch, layout: GPUBindGroupLayout): GPUComputePipelineDescriptor {
    return {
      label: entry,
      layout: this.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module: this.#module(shader), entryPoint: entry },
    };
  }

  /** Binding 0 is the uniform block, then what is read, then what is written. */
  #layout(reads: number, writes: number): GPUBindGroupLayout {
    const key = `${reads} ${writes}`;
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      const buffer = (binding: number): GPUBufferBindingLayout => {
        if (binding === 0) return { type: 'uniform', hasDynamicOffset: true };
        return { type: binding <= reads ? 'read-only-storage' : 'storage' };
      };
      layout = this.device.createBindGroupLayout({
        entries: Array.from({ length: 1 + reads + writes }, (_, binding) => ({
          binding,
          visibility: COMPUTE_STAGE,
          buffer: buffer(binding),
        })),
      });
      this.#layouts.set(key, layout);
    }
    return layout;
  }

  #module(code: string): GPUShaderModule {
    let module = this.#modules.get(code);
    if (module === undefined) {
      module = this.device.createShaderModule({ code });
      this.#modules.set(code, module);
      // A lost device answers no more; what it lost is reported elsewhere.
      module.getCompilationInfo().then(
        ({ messages }) => {
          const wrong = messages.find(({ type }) => type === 'error');
          if (wrong === undefined) return;
          const line = code.split('\n')[wrong.lineNum - 1];
          const { file, line: number } = placeOf(code, wrong.lineNum);
          this.onError(
            new InkgradError(`webgpu: ${file} line ${number}: ${wrong.message}: ${line?.trim() ?? ''}`),
          );
        },
        () => {},
      );
    }
    return module;
  }
}
