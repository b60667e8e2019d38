/** What a worker is started with. */
export interface WorkerOptions {
  readonly model: string;
  readonly batch: number;
  /** Whether --work is `train`, not `infer`. */
  readonly training: boolean;
  readonly backend: string;
}

export interface Worker {
  readonly name: string;
  readonly version: string;
  readonly adapter: string;
  /** Does some steps and resolves to the loss once the device has finished them. */
  run(steps: number): Promise<number>;
}

export function serve(make: (options: WorkerOptions) => Promise<Worker>): Promise<void>;
