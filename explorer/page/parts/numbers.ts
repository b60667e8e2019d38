/** Seven digits that count, which is what float32 holds: 0.1234567. */
export function exact(n: number): string {
  if (!Number.isFinite(n)) return Number.isNaN(n) ? 'NaN' : n > 0 ? '∞' : '−∞';
  const size = Math.abs(n);
  const text =
    size !== 0 && (size < 1e-4 || size >= 1e7) ? n.toExponential(6) : `${Number(n.toPrecision(7))}`;
  return text.replaceAll('-', '−').replace('e+', 'e');
}

/** As many as a small cell has room for: 12, −1.25, 0.018, 3e−5. */
export function short(n: number): string {
  const size = Math.abs(n);
  if (n === 0) return '0';
  if (!Number.isFinite(n)) return exact(n);
  if (size < 0.0005 || size >= 1000) return n.toExponential(0).replaceAll('-', '−').replace('e+', 'e');
  const decimals = size < 0.1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0;
  return n.toFixed(decimals).replace('-', '−');
}
