import type { StoredTensor } from '../formats/safetensors.ts';

type Tensors = ReadonlyMap<string, StoredTensor>;

/**
 * Parts a file's tensors: those whose names begin with a prefix, by their names without it, and the others.
 *
 * @param prefix of one section of the file, such as `gate.`
 */
export function sectionOf(tensors: Tensors, prefix: string): { section: Tensors; others: Tensors } {
  const [section, others] = [new Map<string, StoredTensor>(), new Map<string, StoredTensor>()];
  for (const [name, tensor] of tensors) {
    if (name.startsWith(prefix)) section.set(name.slice(prefix.length), tensor);
    else others.set(name, tensor);
  }
  return { section, others };
}
