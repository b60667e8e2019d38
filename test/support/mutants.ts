import { specOf } from '../../engine/check/samples.ts';
import type { Spec } from '../../engine/devices/launch.ts';
import type { Sample } from '../../engine/op.ts';

/** What a shape rule is asked about. */
export interface Given {
  readonly inputs: readonly Spec[];
  readonly attrs: object;
}

/** Everything that is one step away from a sample: what a rule refuses is found among it. */
export function* mutantsOf({ inputs, attrs }: Sample<object>): Generator<Given> {
  const specs = inputs.map(specOf);
  for (const [i, spec] of specs.entries()) {
    for (const other of otherSpecs(spec)) yield { inputs: specs.with(i, other), attrs };
  }
  for (const other of otherValues(attrs)) yield { inputs: specs, attrs: other as object };
  yield { inputs: specs.slice(0, -1), attrs };
}

/** The other type; an axis less, one more, none at all; each axis longer, empty, or 1. */
function* otherSpecs({ shape, dtype }: Spec): Generator<Spec> {
  yield { shape, dtype: dtype === 'int32' ? 'float32' : 'int32' };
  for (const other of [shape.slice(1), [...shape, 1], []]) yield { shape: other, dtype };
  for (const [axis, length] of shape.entries()) {
    for (const other of [length + 1, 0, 1]) yield { shape: shape.with(axis, other), dtype };
  }
}

/** Each number in a value replaced by those that are seldom right, a word by another, an element of a list by another of it. */
function* otherValues(value: unknown): Generator<unknown> {
  if (typeof value === 'number') yield* [-1, 0, 0.5, value + 1, 2 ** 32, Number.NaN];
  if (typeof value === 'string') yield 'other';
  if (Array.isArray(value)) {
    for (const [i, element] of value.entries()) {
      yield value.with(i, value.at(i - 1));
      for (const other of otherValues(element)) yield value.with(i, other);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      for (const other of otherValues(part)) yield { ...value, [key]: other };
    }
  }
}
