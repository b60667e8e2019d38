/** A result is no comparison where it is wrong: some of its elements are worked out by the definition, in double precision. */

/** Element `at` of the result of two inputs with these shapes. */
const exact = {
  product: ([a, b], [[, depth], [, columns]], at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += a[row * depth + k] * b[k * columns + column];
    return sum;
  },
  transposed: ([a, b], [[, depth], [columns]], at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += a[row * depth + k] * b[column * depth + k];
    return sum;
  },
  conv: ([x, w], [[, channels, height, width], [, , kernel]], at) => {
    const [filter, place] = [Math.floor(at / (height * width)), at % (height * width)];
    const [row, column] = [Math.floor(place / width), place % width].map((n) => n - (kernel >> 1));
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < kernel; i++) {
        for (let j = 0; j < kernel; j++) {
          const [y, z] = [row + i, column + j];
          if (y < 0 || z < 0 || y >= height || z >= width) continue;
          sum += x[(c * height + y) * width + z] * w[((filter * channels + c) * kernel + i) * kernel + j];
        }
      }
    }
    return sum;
  },
};

/** How many elements of a result are worked out, first and last among them. */
const SOME = 101;

/** The largest error of some elements, relative to the largest of them. */
export function errorOf(result, form, data, shapes) {
  let [error, largest] = [0, 0];
  for (let i = 0; i < SOME; i++) {
    const at = Math.floor((i / (SOME - 1)) * (result.length - 1));
    const right = exact[form](data, shapes, at);
    error = Math.max(error, Math.abs(result[at] - right));
    largest = Math.max(largest, Math.abs(right));
  }
  return error / largest;
}
