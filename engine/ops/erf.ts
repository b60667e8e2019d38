/**
 * The error function to double precision: its Taylor series near 0 and, further out, the continued fraction
 * of erfc by the method of Lentz (Abramowitz and Stegun, 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  const z = Math.abs(x);
  if (z > 6) return Math.sign(x);
  return Math.sign(x) * (z < 2.5 ? series(z) : 1 - fraction(z));
}

/** erf z = 2/√π · e^(−z²) · Σ 2ⁿ z^(2n+1) / (1·3·5…(2n+1)): all terms positive, so nothing cancels. */
function series(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * z * z) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z) * sum;
}

/** erfc z = e^(−z²)/√π · 1/(z + (1/2)/(z + 1/(z + (3/2)/(z + …)))). */
function fraction(z: number): number {
  let value = z;
  for (let n = 60; n > 0; n--) value = z + n / 2 / value;
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / value;
}
