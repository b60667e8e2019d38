import type { TypedArray } from '../../engine/dtype.ts';
import type { Module } from '../../engine/nn/index.ts';
import type { Shape } from '../../engine/shape.ts';
import { sameShape, show } from '../../engine/shape.ts';
import { PipelineError } from '../faults.ts';
import { numbersOf, type OpenSafetensors, type StoredTensor } from '../formats/safetensors.ts';
import { brief } from '../text/brief.ts';

/**
 * Copies a model's parameters and buffers off its device.
 *
 * @returns them by path, such as `3.weight`, in the order of the layers
 * @category Models
 * @example
 * import { buildModel, weightsOf } from 'inkgrad/models';
 *
 * const weights = await weightsOf(buildModel('lenet', { classes: 10 }));
 * console.log(weights.size, weights.get('0.weight')?.shape);
 * // 8 [ 8, 1, 5, 5 ]
 */
export async function weightsOf(model: Module): Promise<Map<string, StoredTensor>> {
  // Asked for all at once: a GPU need not wait for each.
  const entries = [...model.state()].map(
    async ([name, tensor]) => [name, { shape: tensor.shape, data: await tensor.read() }] as const,
  );
  return new Map(await Promise.all(entries));
}

export const allFinite = (weights: ReadonlyMap<string, { readonly data: TypedArray }>): boolean =>
  [...weights.values()].every(({ data }) => firstWrong(data) < 0);

/** Where the first number stands that is NaN, infinite or below the least; −1 where there is none. */
function firstWrong(data: TypedArray, least = Number.NEGATIVE_INFINITY): number {
  for (let i = 0; i < data.length; i++) if (!(Number.isFinite(data[i]) && data[i] >= least)) return i;
  return -1;
}

const damaged = (where: string, what: string) => new PipelineError(`${where}: ${what}`, 'damaged');

/** What a weight must be in a file. */
interface Wanted {
  readonly shape: Shape;
  readonly least?: number | undefined;
}

/** By the names of weights. */
type Named<T> = ReadonlyMap<string, T>;

/**
 * Holds the shapes of weights to those of their model, before anything is made of either.
 *
 * @throws PipelineError when a weight is missing, is of another shape, or belongs to no layer
 */
function checkShapes(
  weights: Named<{ readonly shape: Shape }>,
  wanted: Named<{ readonly shape: Shape }>,
  where: string,
): void {
  for (const [name, { shape }] of wanted) {
    const stored = weights.get(name);
    if (stored === undefined) throw damaged(where, `the weights of ${name} are missing; train it again`);
    if (!sameShape(stored.shape, shape)) {
      throw damaged(
        where,
        `${name} has shape ${brief(show(stored.shape))}; expected ${show(shape)} for its model`,
      );
    }
  }
  const stray = [...weights.keys()].find((name) => !wanted.has(name));
  if (stray !== undefined)
    throw damaged(where, `${brief(stray)} belongs to no layer of its model; train it again`);
}

/** The types of a file whose numbers float32 holds each, so that they are those that were trained. */
const WEIGHT_TYPES: readonly string[] = ['F32', 'F16', 'BF16'];

/**
 * Reads the weights of a file, of which none is copied unless all have the shape and the type that is wanted.
 *
 * @throws PipelineError that names the tensor, where that is not so, or a number is NaN, infinite or too low
 */
export function readWeights(
  { entries, bytes }: OpenSafetensors,
  wanted: Named<Wanted>,
  where: string,
): Map<string, StoredTensor> {
  checkShapes(new Map(entries.map((entry) => [entry.name, entry])), wanted, where);
  for (const { name, type } of entries) {
    if (!WEIGHT_TYPES.includes(type))
      throw damaged(where, `${name} is ${type}, where its model has F32; convert it to F32`);
  }
  return new Map(
    entries.map((entry) => {
      const { name, type, shape } = entry;
      const data = numbersOf(type, bytes(entry))!;
      const { least } = wanted.get(name)!;
      const wrong = firstWrong(data, least);
      if (wrong >= 0) {
        const expected = least === undefined ? 'a finite number' : `a finite number ≥ ${least}`;
        throw damaged(
          where,
          `number ${wrong} of ${name} is ${data[wrong]}; expected ${expected}; train it again`,
        );
      }
      return [name, { shape, data }];
    }),
  );
}

/**
 * Writes stored weights into a model.
 *
 * @param weights by path, as `weightsOf` gives them
 * @param where what errors call them
 * @throws PipelineError `damaged` when a weight is missing, is of another shape, or belongs to no layer
 * @category Models
 * @example
 * import { nn } from 'inkgrad';
 * import { loadWeights } from 'inkgrad/models';
 *
 * const layer = new nn.Linear(2, 1, { bias: false });
 * loadWeights(layer, new Map([['weight', { shape: [1, 2], data: Float32Array.of(3, 4) }]]));
 * console.log(await layer.weight.toArray());
 * // [ [ 3, 4 ] ]
 */
export function loadWeights(
  model: Module,
  weights: ReadonlyMap<string, StoredTensor>,
  where = 'weights',
): void {
  const state = model.state();
  checkShapes(weights, state, where);
  for (const [name, tensor] of state) tensor.write(weights.get(name)!.data);
}
