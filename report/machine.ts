import { availableParallelism, cpus, totalmem } from 'node:os';

/** What a number was measured on; without it no number means anything. */
export interface Machine {
  readonly cpu: string;
  readonly threads: number;
  readonly memoryBytes: number;
  readonly node: string;
  readonly platform: string;
  /** When, in ISO 8601. */
  readonly date: string;
}

export const describeMachine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  threads: availableParallelism(),
  memoryBytes: totalmem(),
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  date: new Date().toISOString(),
});

/** `AMD EPYC, 2 threads, Node.js v20.20.2 on linux x64, 2025-11-22`. */
export const machineLine = ({ cpu, threads, node, platform, date }: Machine): string =>
  `${cpu}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, Node.js ${node} on ${platform}, ${date.slice(0, 10)}`;
