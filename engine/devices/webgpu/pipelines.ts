import { InkgradError } from '../../errors.ts';
import type { Launch } from '../../op.ts';

const COMPUTE_STAGE = 4;

interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** Compiled shaders, by source and entry point. */
export class PipelineCache {
  readonly #modules = new Map<string, GPUShaderModule>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #pipelines = new Map<string, Map<string, Pipeline>>();

  constructor(
    readonly device: GPUDevice,
    /** Told of a shader that does not compile; the message names the line. */
    readonly onError: (error: Error) => void,
  ) {}

  get({ shader, entry }: Launch, reads: number, writes: number): Pipeline {
    let entries = this.#pipelines.get(shader);
    if (entries === undefined) {
      entries = new Map();
      this.#pipelines.set(shader, entries);
    }
    const key = `${entry} ${reads} ${writes}`;
    let made = entries.get(key);
    if (made === undefined) {
      const layout = this.#layout(reads, writes);
      const pipeline = this.device.createComputePipeline({
        label: entry,
        layout: this.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module: this.#module(shader), entryPoint: entry },
      });
      made = { pipeline, layout };
      entries.set(key, made);
    }
    return made;
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
          this.onError(
            new InkgradError(`webgpu: shader line ${wrong.lineNum}: ${wrong.message}: ${line?.trim() ?? ''}`),
          );
        },
        () => {},
      );
    }
    return module;
  }
}
