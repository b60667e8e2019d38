import { rowStore } from './rowStore.ts';
import { SMALL } from './walks.ts';

/**
 * A shader whose threads make four neighbours of a row each, as a function of the length of rows and of the largest number
 * that it divides: what it does with them is known when it is compiled.
 */
export function planeShader(shader: string): (width: number, most: number) => string {
  const variants = [true, false].map((small) =>
    [4, 1].map((width) => `const SMALL = ${small};\n${rowStore(width)}${shader}`),
  );
  return (width, most) => variants[most < SMALL ? 0 : 1][width % 4 === 0 ? 0 : 1];
}
