import type { Shape } from '../../../engine/shape.ts';
import { PipelineError } from '../../faults.ts';
import type { StoredTensor } from '../../formats/safetensors.ts';
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

/** The layers that modules of a file are by their shapes, or the first layer that none of them is, or several could be. */
type Places = ReadonlyMap<string, string> | { readonly layer: string; readonly fitting: readonly string[] };

function placesByShape(shapes: ReadonlyMap<string, Shape>, weights: Weights): Places {
  const modules = modulesOf([...weights].map(([name, { shape }]) => [name, shape] as const));
  const places = new Map<string, string>();
  for (const [layer, signature] of modulesOf(shapes)) {
    const fitting = [...modules].filter(([, other]) => other === signature).map(([module]) => module);
    if (fitting.length !== 1) return { layer, fitting };
    places.set(fitting[0], layer);
  }
  return places;
}

/**
 * The weights of a file by the names of a model. A file counts layers as nn.Sequential does, with anything before the
 * numbers, or calls its modules as it likes, where each fits one layer alone.
 *
 * @returns weights by their own names where they fit in no way, for an error that says so
 * @throws PipelineError `invalid-model` where two modules could be the same layer
 */
export function namedAsIn(shapes: ReadonlyMap<string, Shape>, stored: Weights, file: string): NamedWeights {
  const prefix = commonPrefix([...stored.keys()]);
  const renamed = (from: number): Map<string, StoredTensor> =>
    new Map([...stored].map(([name, tensor]) => [nameFromPytorch(name.slice(from)), tensor]));
  const own = renamed(0);
  if (own.size < stored.size) {
    throw new PipelineError(`${file}: two of its tensors have the same name in PyTorch`, 'invalid-model');
  }
  const names = [...shapes.keys()];
  const both = [own, renamed(prefix.length)];
  const byName = both.find((weights) => names.every((name) => weights.has(name)));
  if (byName !== undefined) return { weights: byName };
  const places = placesByShape(shapes, own);
  if ('layer' in places) {
    const partly = both.find((weights) => names.some((name) => weights.has(name)));
    if (partly !== undefined || places.fitting.length === 0) return { weights: partly ?? own };
    const { layer, fitting } = places;
    throw new PipelineError(
      `${file}: layer ${layer} of the model could be ${listed(fitting)}; name them by their layers, ${layer}.weight and so on`,
      'invalid-model',
    );
  }
  const weights = [...own].map(([name, tensor]) => {
    const [module, kind] = parted(name);
    return [places.has(module) ? `${places.get(module)!}.${kind}` : name, tensor] as const;
  });
  const said = [...places].map(([module, layer]) => `${visible(module)} is layer ${layer}`).join(', ');
  return { weights: new Map(weights), remark: `layers are told by the shapes of their weights: ${said}` };
}
