// x[i, pixel] = levels[256 · channel + byte of image order[cursor + i]]: one thread for each word of four bytes, which
// may be of two channels. The thread of an image's first word brings its label too.

struct Params { batch: u32, words: u32, pixels: u32, plane: u32, count: u32, length: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> images: array<u32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<storage, read> cursor: array<u32>;
@group(0) @binding(5) var<storage, read> levels: array<f32>;
@group(0) @binding(6) var<storage, read_write> x: array<f32>;
@group(0) @binding(7) var<storage, read_write> label: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let thread = id.y * groups.x * 64u + id.x;
  let i = thread / p.words;
  if (i >= p.batch) { return; }
  let word = thread % p.words;
  // A negative index is a large unsigned one, so one comparison checks both ends.
  let j = order[(cursor[0] + i) % p.length];
  let inside = j < p.count;
  if (word == 0u) { label[i] = select(0u, labels[min(j, p.count - 1u)], inside); }
  let bytes = images[min(j, p.count - 1u) * p.words + word];
  for (var k = 0u; k < 4u; k++) {
    let pixel = 4u * word + k;
    if (pixel < p.pixels) {
      var level = (bytes >> (8u * k)) & 255u;
      // Grey is spared the division, which would take a third longer.
      if (p.plane < p.pixels) { level += 256u * (pixel / p.plane); }
      x[i * p.pixels + pixel] = select(0.0, levels[level], inside);
    }
  }
}
