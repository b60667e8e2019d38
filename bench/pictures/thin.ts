/**
 * The middle lines of ink, one pixel wide: Zhang and Suen, "A fast parallel algorithm for thinning digital
 * patterns", Communications of the ACM 27 (1984).
 *
 * @param ink 1 for ink; the outermost pixels must be 0
 */
export function thinned(ink: Uint8Array, width: number, height: number): Uint8Array {
  const out = Uint8Array.from(ink);
  let left = indicesOf(out, width * height);
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    for (const first of [true, false]) {
      const removed = left.filter((at) => isRemoved(out, at, width, first));
      for (const at of removed) out[at] = 0;
    }
    left = left.filter((at) => out[at] === 1);
  }
  return out;
}

const indicesOf = (ink: Uint8Array, end: number): number[] => {
  const found: number[] = [];
  for (let at = 0; at < end; at++) if (ink[at] === 1) found.push(at);
  return found;
};

function isRemoved(ink: Uint8Array, at: number, width: number, first: boolean): boolean {
  if (ink[at] === 0) return false;
  const [n, ne, e, se] = [ink[at - width], ink[at - width + 1], ink[at + 1], ink[at + width + 1]];
  const [s, sw, w, nw] = [ink[at + width], ink[at + width - 1], ink[at - 1], ink[at - width - 1]];
  const around = n + ne + e + se + s + sw + w + nw;
  if (around < 2 || around > 6) return false;
  const starts =
    +(n < ne) + +(ne < e) + +(e < se) + +(se < s) + +(s < sw) + +(sw < w) + +(w < nw) + +(nw < n);
  if (starts !== 1) return false;
  return first ? n * e * s === 0 && e * s * w === 0 : n * e * w === 0 && n * s * w === 0;
}
