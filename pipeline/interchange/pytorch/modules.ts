import type { StoredTensor } from '../../../engine/formats/safetensors.ts';
import type { Shape } from '../../../engine/shape.ts';
import { PipelineError } from '../../faults.ts';
import { listed } from '../../text/listed.ts';
import { visible } from '../../text/visible.ts';
import type { Weights } from '../weights.ts';
import { nameFromPytorch } from './names.ts';

/** `0.conv.weight` → `0.conv` and `weight` */
function parted(name: string): readonly [string, string] {
  const dot = name.lastIndexOf('.');
  return [name.slice(0, Math.max(dot, 0)), name.slice(dot + 1)];
}

/** What all names begin with, up to a dot: `module.` of DistributedDataParallel, or the name of an nn.Sequential. */
function commonPrefix(names: readonly string[]): string {
  const [first = ''] = names;
  const ends = [...first.matchAll(/\./g)].map(({ index }) => index + 1).reverse();
  const end = ends.find((at) => names.every((name) => name.startsWith(first.slice(0, at)))) ?? 0;
  return first.slice(0, end);
}

/** The modules that names belong to, each with what is known of its tensors: two of one kind cannot be told apart. */
function modulesOf(shapes: Iterable<readonly [string, Shape]>): Map<string, string> {
  const kinds = new Map<string, string[]>();
  for (const [name, shape] of shapes) {
    const [module, kind] = parted(name);
    kinds.set(module, [...(kinds.get(module) ?? []), `${kind}[${shape}]`]);
  }
  return new Map([...kinds].map(([module, list]) => [module, list.sort().join(' ')]));
}

/** Weights by the names of a model, and what the modules of the file are called where that had to be found out. */
export interface NamedWeights {
  readonly weights: Weights;
  readonly remark?: string;
}

/**
 * The weights of a file by the names of a model. A file counts layers as nn.Sequential does, with anything before the
 * numbers, or calls its modules as it likes, where each fits one layer alone.
 *
 * @returns what does not fit by its own name, for an error that says so
 * @throws PipelineError `invalid-model` where two modules could be the same layer
 */
export function namedAsIn(shapes: ReadonlyMap<string, Shape>, stored: Weights, file: string): NamedWeights {
  const prefix = commonPrefix([...stored.keys()]);
  const renamed = (from: number): Map<string, StoredTensor> =>
    new Map([...stored].map(([name, tensor]) => [nameFromPytorch(name.slice(from)), tensor]));
  const own = renamed(0);
  const short = renamed(prefix.length);
  for (const weights of [own, short]) {
    if ([...shapes.keys()].some((name) => weights.has(name))) return { weights };
  }
  const modules = modulesOf([...own].map(([name, { shape }]) => [name, shape] as const));
  const places = new Map<string, string>();
  for (const [layer, signature] of modulesOf(shapes)) {
    const fitting = [...modules].filter(([, other]) => other === signature).map(([module]) => module);
    if (fitting.length === 0) return { weights: own };
    if (fitting.length > 1) {
      throw new PipelineError(
        `${file}: layer ${layer} of the model could be ${listed(fitting)}; name them by their layers, ${layer}.weight and so on`,
        'invalid-model',
      );
    }
    places.set(fitting[0], layer);
  }
  const weights = [...own].map(([name, tensor]) => {
    const [module, kind] = parted(name);
    return [places.has(module) ? `${places.get(module)!}.${kind}` : name, tensor] as const;
  });
  const said = [...places].map(([module, layer]) => `${visible(module)} is layer ${layer}`).join(', ');
  return { weights: new Map(weights), remark: `layers are told by the shapes of their weights: ${said}` };
}
