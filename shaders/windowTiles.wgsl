// Tiles of HIGH×WIDE outputs, one for each thread, and where in the source the places that they see begin: DOWN_BY and
// ACROSS_BY apart. SMALL, which is quotientBy's, stands in front too. All that a tile sees is written out: a loop with its tests
// costs as much as ten multiplications on adapters that compute on a CPU, and keeps GPUs from holding sums in registers.

// include quotientBy.wgsl

struct Params {
  tiles: u32,
  // Of a plane, and of a row of tiles.
  area: u32,
  inverseArea: f32,
  across: u32,
  inverseAcross: f32,
  // Of a plane of the source.
  height: u32,
  width: u32,
  outHeight: u32,
  outWidth: u32,
  channels: u32,
  inverseChannels: f32,
  // Of a weight gradient: all images, and those of a workgroup.
  images: u32,
  share: u32,
}
@group(0) @binding(0) var<uniform> p: Params;

// Its plane, the place of its first output, and the place that the first row and column are counted from in the source.
struct Tile { plane: u32, row: u32, column: u32, top: u32, left: u32 }

fn tileOf(i: u32) -> Tile {
  let plane = quotientBy(i, p.area, p.inverseArea);
  let rest = i - plane * p.area;
  let down = quotientBy(rest, p.across, p.inverseAcross);
  let across = rest - down * p.across;
  return Tile(plane, down * HIGH, across * WIDE, down * DOWN_BY, across * ACROSS_BY);
}
