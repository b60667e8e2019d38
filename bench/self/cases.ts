import { InkgradError } from '../../engine/errors.ts';
import type { Work } from '../peers/run.ts';

/** The networks: of the first two every build has a worker, the others are made with its library. */
export const selfModels = ['lenet', 'cnn', 'vgg', 'resnet'] as const;
const withWorkers: readonly string[] = ['lenet', 'cnn'];

/** Work of library.mjs that is no network, by the names that it has there. */
export const selfKernels = [
  'matmul 512',
  'matmul 64x9216x128',
  'conv 1-8 5x5',
  'conv 8-16 5x5',
  'conv 32-64 3x3',
  'conv 24-48 stride 2',
  'batchNorm 24',
  'maxPool 2x2',
  'softmax 1000',
  'sum rows',
] as const;

/** What both builds do, in turns. */
export interface SelfCase {
  readonly name: string;
  /** Whether by its own worker of `bench peers`, or by a program that imports its library. */
  readonly by: 'worker' | 'library';
  /** What these are started with, beside device and threads. */
  readonly args: readonly string[];
}

const workNames = { train: 'training', infer: 'inference' } as const satisfies Partial<Record<Work, string>>;
type NetworkWork = keyof typeof workNames;

/**
 * The cases, in the order of the report.
 *
 * @param only those with this text in their name
 * @throws InkgradError when there is none
 */
export function selfCases(
  choice: {
    readonly models: readonly string[];
    readonly works: readonly NetworkWork[];
    readonly batch: number;
    readonly kernels: boolean;
  },
  only = '',
): SelfCase[] {
  const batch = String(choice.batch);
  const networks = choice.models.flatMap((model) =>
    choice.works.map(
      (work): SelfCase => ({
        name: `${model} ${workNames[work]}`,
        by: withWorkers.includes(model) ? 'worker' : 'library',
        args: ['--model', model, '--work', work, '--batch', batch],
      }),
    ),
  );
  const kernels = (choice.kernels ? selfKernels : []).map(
    (name): SelfCase => ({ name, by: 'library', args: ['--model', name, '--batch', batch] }),
  );
  const all = [...networks, ...kernels];
  const found = all.filter(({ name }) => name.includes(only));
  if (found.length > 0) return found;
  throw new InkgradError(
    `--only ${only}: no case with that in its name; there are ${all.map(({ name }) => name).join(', ')}`,
  );
}
