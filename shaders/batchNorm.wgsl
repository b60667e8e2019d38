// Mean and variance of each channel: `moments` of a share of the images, a workgroup for each, and `join` of all shares, a
// thread for each channel. Within a share the variance is that of differences from its mean, in a second pass that also
// mends the mean's rounding; shares are joined by the formula of Chan, Golub and LeVeque (1983).

// include channels.wgsl

@group(0) @binding(1) var<storage, read> x: array<Item>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> variance: array<f32>;

@compute @workgroup_size(64)
fn moments(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = group.y * groups.x + group.x;
  if (index >= p.channels * p.shares) { return; }
  let share = index / p.channels;
  let channel = index - share * p.channels;
  let first = share * p.share;
  let length = imagesOf(share) * p.items;
  let count = f32(imagesOf(share)) * p.pixels;
  var sums = vec2<f32>();
  var n = 0u;
  for (var start = thread; start < length; start += 64u * BLOCK) {
    var block = Item();
    for (var i = start; i < min(length, start + 64u * BLOCK); i += 64u) { block += x[itemOf(channel, first, i)]; }
    sums = withBlock(sums, total(block), n);
    n++;
  }
  let mean = together(vec2<f32>(sums.y + sums.x, 0.0), thread).x / count;
  var differences = vec2<f32>();
  var squares = vec2<f32>();
  n = 0u;
  for (var start = thread; start < length; start += 64u * BLOCK) {
    var block = Item();
    var squareBlock = Item();
    for (var i = start; i < min(length, start + 64u * BLOCK); i += 64u) {
      let difference = x[itemOf(channel, first, i)] - mean;
      block += difference;
      squareBlock += difference * difference;
    }
    differences = withBlock(differences, total(block), n);
    squares = withBlock(squares, total(squareBlock), n);
    n++;
  }
  let both = together(vec2<f32>(differences.y + differences.x, squares.y + squares.x), thread);
  if (thread == 0u) {
    let off = both.x / count;
    y[2u * index] = mean + off;
    y[2u * index + 1u] = both.y - both.x * off;
  }
}

@compute @workgroup_size(64)
fn join(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let channel = id.y * groups.x * 64u + id.x;
  if (channel >= p.channels) { return; }
  let count = f32(p.images) * p.pixels;
  let first = total(x[2u * channel]);
  var away = 0.0;
  for (var s = 1u; s < p.shares; s++) {
    away += f32(imagesOf(s)) * (total(x[2u * (s * p.channels + channel)]) - first);
  }
  let mean = first + away / f32(p.images);
  var squares = 0.0;
  for (var s = 0u; s < p.shares; s++) {
    let at = 2u * (s * p.channels + channel);
    let difference = total(x[at]) - mean;
    squares += total(x[at + 1u]) + f32(imagesOf(s)) * p.pixels * difference * difference;
  }
  y[channel] = mean;
  variance[channel] = squares / count;
}
