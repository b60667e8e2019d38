import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredTensor } from '../../pipeline/formats/safetensors.ts';
import { readSafetensors } from '../../pipeline/formats/safetensors.ts';

/** A file that make.py wrote: tensors by name, and the metadata, whose entries are JSON. */
export interface Fixture {
  tensor(name: string): StoredTensor;
  has(name: string): boolean;
  metadata(name: string): unknown;
}

export function readFixture(name: string): Fixture {
  const file = join(process.cwd(), `test/oracle/fixtures/${name}.safetensors`);
  const { tensors, metadata } = readSafetensors(readFileSync(file), file);
  return {
    tensor(key) {
      const found = tensors.get(key);
      if (found === undefined) throw new Error(`${file}: no tensor ${key}`);
      return found;
    },
    has: (key) => tensors.has(key),
    metadata: (key) => JSON.parse(metadata[key]),
  };
}

/** Tensors named `prefix0`, `prefix1`, … */
export function listOf(fixture: Fixture, prefix: string): StoredTensor[] {
  const found: StoredTensor[] = [];
  while (fixture.has(prefix + found.length)) found.push(fixture.tensor(prefix + found.length));
  return found;
}
