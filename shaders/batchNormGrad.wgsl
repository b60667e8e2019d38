// `sums` of a share of the images, Σ h and Σ h·(x − mean), a workgroup for each; and from the totals of all shares, which are
// dbias and dweight, `main`: dx = weight·r·(h − (dbias + z·dweight)/count), a thread for each Item. h = g, and where RELU,
// which stands in front, only where what was normalised is above 0.

// include channels.wgsl

@group(0) @binding(1) var<storage, read> g: array<Item>;
@group(0) @binding(2) var<storage, read> x: array<Item>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read> variance: array<f32>;
@group(0) @binding(5) var<storage, read> weight: array<f32>;
@group(0) @binding(6) var<storage, read> bias: array<f32>;
@group(0) @binding(7) var<storage, read> totals: array<f32>;
@group(0) @binding(8) var<storage, read_write> y: array<Item>;

fn passed(at: u32, centred: Item, scale: f32, shift: f32) -> Item {
  if (!RELU) { return g[at]; }
  return select(Item(), g[at], centred * scale + shift > Item());
}

@compute @workgroup_size(64)
fn sums(
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
  let scale = weight[channel] / sqrt(variance[channel] + p.eps);
  let shift = bias[channel];
  let average = mean[channel];
  var plain = vec2<f32>();
  var weighed = vec2<f32>();
  var n = 0u;
  for (var start = thread; start < length; start += 64u * BLOCK) {
    var block = Item();
    var weighedBlock = Item();
    for (var i = start; i < min(length, start + 64u * BLOCK); i += 64u) {
      let at = itemOf(channel, first, i);
      let centred = x[at] - average;
      let h = passed(at, centred, scale, shift);
      block += h;
      weighedBlock += h * centred;
    }
    plain = withBlock(plain, total(block), n);
    weighed = withBlock(weighed, total(weighedBlock), n);
    n++;
  }
  let both = together(vec2<f32>(plain.y + plain.x, weighed.y + weighed.x), thread);
  if (thread == 0u) {
    y[2u * index] = Item(both.x);
    y[2u * index + 1u] = Item(both.y);
  }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.images * p.channels * p.items) { return; }
  let c = channelOf(i);
  let r = 1.0 / sqrt(variance[c] + p.eps);
  let scale = weight[c] * r;
  let centred = x[i] - mean[c];
  let back = (totals[2u * c] + centred * (r * totals[2u * c + 1u])) / (f32(p.images) * p.pixels);
  y[i] = scale * (passed(i, centred, scale, bias[c]) - back);
}
