/**
 * The exact squared Euclidean distance of each pixel to the nearest one that is `inside`, one axis after the
 * other as the lower envelope of parabolas: Felzenszwalb and Huttenlocher, "Distance transforms of sampled
 * functions", Theory of Computing 8 (2012). Where no pixel is inside, distances are huge but finite.
 */
export function squaredDistances(inside: Uint8Array, width: number, height: number): Float64Array {
  const out = new Float64Array(inside.length);
  for (let i = 0; i < out.length; i++) out[i] = inside[i] ? 0 : FAR;
  for (let x = 0; x < width; x++) envelope(out, x, width, height);
  for (let y = 0; y < height; y++) envelope(out, y * width, 1, width);
  return out;
}

/** Finite, since the difference of two infinities is none. */
const FAR = 1e12;

/** f(p) → min over q of (p − q)² + f(q) along one line, in place. */
function envelope(data: Float64Array, start: number, stride: number, length: number): void {
  const f = new Float64Array(length);
  for (let i = 0, at = start; i < length; i++, at += stride) f[i] = data[at];
  const vertex = new Int32Array(length);
  const from = new Float64Array(length).fill(Number.NEGATIVE_INFINITY);
  const meet = (q: number, v: number) => (f[q] + q * q - f[v] - v * v) / (2 * (q - v));
  let last = 0;
  for (let q = 1; q < length; q++) {
    let s = meet(q, vertex[last]);
    while (s <= from[last]) s = meet(q, vertex[--last]);
    vertex[++last] = q;
    from[last] = s;
  }
  for (let p = 0, k = 0; p < length; p++) {
    while (k < last && from[k + 1] < p) k++;
    data[start + p * stride] = (p - vertex[k]) ** 2 + f[vertex[k]];
  }
}
