/**
 * How many times polygons wind around a point: crossings of the ray to the right, down counts 1 and up −1.
 *
 * @param contours x, y, x, y, …
 */
export function windingNumber(contours: readonly Float64Array[], x: number, y: number): number {
  let winding = 0;
  for (const contour of contours) {
    for (let i = 0; i < contour.length; i += 2) {
      const [x0, y0] = [contour[i], contour[i + 1]];
      const next = (i + 2) % contour.length;
      const [x1, y1] = [contour[next], contour[next + 1]];
      // Twice the signed area of the triangle from the edge to the point says on which side it lies.
      const side = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0);
      if (y0 <= y && y < y1 && side > 0) winding++;
      if (y1 <= y && y < y0 && side < 0) winding--;
    }
  }
  return winding;
}

/** The share of each pixel that polygons cover, from samples² points in it. */
export function naiveFill(
  contours: readonly Float64Array[],
  width: number,
  height: number,
  samples: number,
): Float32Array {
  return Float32Array.from({ length: width * height }, (_, i) => {
    let inside = 0;
    for (let k = 0; k < samples ** 2; k++) {
      const x = (i % width) + ((k % samples) + 0.5) / samples;
      const y = Math.floor(i / width) + (Math.floor(k / samples) + 0.5) / samples;
      if (windingNumber(contours, x, y) !== 0) inside++;
    }
    return inside / samples ** 2;
  });
}
