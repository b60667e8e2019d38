// What the shaders of avgPool2d and of its gradient share: the sizes, and which taps count.

struct Params {
  // include poolFields.wgsl
  countPadding: u32,
  bottom: u32,
  right: u32,
}
@group(0) @binding(0) var<uniform> p: Params;

// How many taps of a window along one axis count in its mean: those inside, and those on padding if that counts.
// Padding before the image is never passed by a window; what lies past the padding after it never counts.
fn counted(window: u32, stride: u32, before: u32, after: u32, taps: u32, dilation: u32, length: u32) -> u32 {
  let end = select(length, length + after, p.countPadding == 1u);
  let start = window * stride;
  var reached = 0u;
  if (end + before > start) { reached = min(taps, (end + before - start + dilation - 1u) / dilation); }
  var skipped = 0u;
  if (p.countPadding == 0u && before > start) { skipped = (before - start + dilation - 1u) / dilation; }
  return max(reached, skipped) - skipped;
}
