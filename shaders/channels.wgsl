// Where the numbers of a channel lie in a batch, and sums of two numbers of each of the 64 threads. The type Item, four
// pixels or one, `total`, the sum of its numbers, and SMALL stand in front.

// include longSum.wgsl
// include quotientBy.wgsl

struct Params {
  images: u32,
  channels: u32,
  items: u32,
  inverseItems: f32,
  inverseChannels: f32,
  pixels: f32,
  shares: u32,
  share: u32,
  eps: f32,
}
@group(0) @binding(0) var<uniform> p: Params;

var<workgroup> pairs: array<vec2<f32>, 64>;

// Item i of a channel, counted from image `first` on.
fn itemOf(channel: u32, first: u32, i: u32) -> u32 {
  let image = quotientBy(i, p.items, p.inverseItems);
  return ((first + image) * p.channels + channel) * p.items + (i - image * p.items);
}

// The channel of item i of the batch.
fn channelOf(i: u32) -> u32 {
  let plane = quotientBy(i, p.items, p.inverseItems);
  return plane - quotientBy(plane, p.channels, p.inverseChannels) * p.channels;
}

// Images of a share of the batch: all but the last have as many.
fn imagesOf(share: u32) -> u32 { return min(p.share, p.images - share * p.share); }

// The sums, for all threads: halves are added to halves.
fn together(pair: vec2<f32>, thread: u32) -> vec2<f32> {
  workgroupBarrier();
  pairs[thread] = pair;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half) { pairs[thread] += pairs[thread + half]; }
  }
  workgroupBarrier();
  return pairs[0];
}
