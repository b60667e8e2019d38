/** What a worker is started with. */
export interface WorkerOptions {
  readonly model: string;
  readonly batch: number;
  /** Whether --work is `train`, not `infer`. */
  readonly training: boolean;
  readonly backend: string;
  /** How many threads it may compute with on the processor. */
  readonly threads: number;
  /** The address of a build's library, for bench/self/library.mjs. */
  readonly library?: string;
}

export interface Worker {
  readonly name: string;
  readonly version: string;
  readonly adapter: string;
  /** Does some steps and resolves to the loss once the device has finished them. */
  run(steps: number): Promise<number>;
}

export function cpuAdapter(threads: number): string;
export function serve(make: (options: WorkerOptions) => Promise<Worker>): Promise<void>;
