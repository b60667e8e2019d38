import { InkgradError } from '../../errors.ts';
import type { Params } from '../launch.ts';

const scalars = ['u32', 'i32', 'f32'] as const;
type Scalar = (typeof scalars)[number];

interface Field {
  readonly name: string;
  readonly scalar: Scalar;
  /** How many scalars, without a gap. */
  readonly count: number;
  /** In words of four bytes. */
  readonly at: number;
}

/** Where the launch parameters of a shader lie: its `struct Params`. */
export interface UniformLayout {
  readonly fields: readonly Field[];
  readonly words: number;
}

const up = (value: number, to: number): number => Math.ceil(value / to) * to;

/**
 * `u32`, `vec4<f32>` and `array<vec4<u32>, 2>`: the scalar, how many there are, and the alignment in words
 * (https://www.w3.org/TR/WGSL/#alignment-and-size).
 */
function typeOf(type: string): { scalar: Scalar; count: number; align: number } {
  const array = /^array<(.+), ?(\d+)>$/.exec(type);
  if (array !== null) {
    const element = typeOf(array[1]);
    return { ...element, count: element.count * Number(array[2]) };
  }
  const vector = /^vec([24])<(\w+)>$/.exec(type);
  const scalar = scalars.find((name) => name === (vector?.[2] ?? type));
  if (scalar === undefined) {
    throw new InkgradError(
      `shader: a parameter of type ${type}; expected u32, i32, f32, vectors of 2 or 4, or arrays of 4`,
    );
  }
  const count = Number(vector?.[1] ?? 1);
  return { scalar, count, align: count };
}

/** Reads the layout of a shader's parameters out of its text; a shader without `struct Params` has none. */
export function uniformLayout(shader: string): UniformLayout {
  const code = shader.replace(/\/\/.*$|\/\*[\s\S]*?\*\//gm, '');
  const body = /\bstruct\s+Params\s*\{([^}]*)\}/.exec(code)?.[1];
  if (body === undefined) return { fields: [], words: 0 };
  const fields: Field[] = [];
  let [end, widest] = [0, 4];
  // Commas inside of <…> belong to a type.
  for (const member of body.split(/,(?![^<]*>)/)) {
    if (member.trim() === '') continue;
    const [name, type] = member.split(':').map((text) => text.trim());
    const { scalar, count, align } = typeOf(type);
    const at = up(end, align);
    fields.push({ name, scalar, count, at });
    end = at + count;
    widest = Math.max(widest, align);
  }
  return { fields, words: up(end, widest) };
}

/**
 * Writes launch parameters where the shader reads them, from word `start` on. Arrays are filled up with zeros.
 *
 * @throws InkgradError where the names are not those of the shader's `struct Params`
 */
export function placeParams(
  { fields }: UniformLayout,
  params: Params,
  { words, floats }: { readonly words: Uint32Array; readonly floats: Float32Array },
  start: number,
): void {
  for (const { name, scalar, count, at } of fields) {
    const value = params[name];
    const to = scalar === 'f32' ? floats : words;
    if (typeof value === 'number') to[start + at] = value;
    else if (value === undefined) throw new InkgradError(`shader: no value for the parameter ${name}`);
    else for (let i = 0; i < count; i++) to[start + at + i] = value[i] ?? 0;
  }
  const names = Object.keys(params);
  if (names.length === fields.length) return;
  const strange = names.filter((name) => !fields.some((field) => field.name === name));
  throw new InkgradError(`shader: no parameter ${strange.join(', ')} in its struct Params`);
}
