/** A plane of values, row by row. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/**
 * The largest value in the square of (2·reach + 1)² around each pixel, cut off at the border: a dilation. Three
 * comparisons a pixel and axis whatever the reach: van Herk, "A fast algorithm for local minimum and maximum filters on
 * rectangular and octagonal kernels", Pattern Recognition Letters 13 (1992).
 */
export const largestAround = (plane: Plane, reach: number): Plane =>
  reach === 0 ? plane : down(across(plane, reach), reach);

/** The smallest value around each pixel: an erosion. */
export const smallestAround = (plane: Plane, reach: number): Plane =>
  negative(largestAround(negative(plane), reach));

/** Fills what is dark and nowhere wider than 2·reach: a dilation, then an erosion. */
export const closed = (plane: Plane, reach: number): Plane =>
  smallestAround(largestAround(plane, reach), reach);

function negative({ width, height, data }: Plane): Plane {
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) out[i] = -data[i];
  return { width, height, data: out };
}

/** Blocks of 2·reach + 1 pixels; every window is the end of one block and the start of the next. */
function across({ width, height, data }: Plane, reach: number): Plane {
  const block = 2 * reach + 1;
  const out = new Float32Array(data.length);
  const length = width + 2 * reach;
  const before = new Float32Array(length);
  const after = new Float32Array(length);
  const row = new Float32Array(length).fill(Number.NEGATIVE_INFINITY);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) row[reach + x] = data[y * width + x];
    for (let start = 0; start < length; start += block) {
      const end = Math.min(length, start + block);
      let most = Number.NEGATIVE_INFINITY;
      for (let i = start; i < end; i++) {
        if (row[i] > most) most = row[i];
        before[i] = most;
      }
      most = Number.NEGATIVE_INFINITY;
      for (let i = end - 1; i >= start; i--) {
        if (row[i] > most) most = row[i];
        after[i] = most;
      }
    }
    for (let x = 0, to = y * width; x < width; x++, to++) {
      const [a, b] = [after[x], before[x + 2 * reach]];
      out[to] = a > b ? a : b;
    }
  }
  return { width, height, data: out };
}

/** The same for columns, a whole row of them at a time, since memory lies in rows. */
function down({ width, height, data }: Plane, reach: number): Plane {
  const block = 2 * reach + 1;
  const length = height + 2 * reach;
  const out = new Float32Array(data.length);
  const after = new Float32Array(length * width);
  const before = new Float32Array(width);
  const isInside = (i: number): boolean => i >= reach && i < height + reach;
  for (let i = length - 1; i >= 0; i--) {
    const isLast = i === length - 1 || i % block === block - 1;
    const [to, from] = [i * width, (i - reach) * width];
    for (let x = 0; x < width; x++) {
      const next = isLast ? Number.NEGATIVE_INFINITY : after[to + width + x];
      const own = isInside(i) ? data[from + x] : Number.NEGATIVE_INFINITY;
      after[to + x] = own > next ? own : next;
    }
  }
  for (let i = 0; i < length; i++) {
    if (i % block === 0) before.fill(Number.NEGATIVE_INFINITY);
    if (isInside(i)) {
      const from = (i - reach) * width;
      for (let x = 0; x < width; x++) if (data[from + x] > before[x]) before[x] = data[from + x];
    }
    const y = i - 2 * reach;
    if (y < 0) continue;
    const to = y * width;
    for (let x = 0; x < width; x++) {
      const a = after[to + x];
      out[to + x] = a > before[x] ? a : before[x];
    }
  }
  return { width, height, data: out };
}
