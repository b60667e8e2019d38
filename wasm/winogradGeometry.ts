// How Winograd's convolutions cut images into blocks of tiles, and where a thread keeps what it makes of one.

/** A convolution in the words of engine/devices/wasm/kernels/winograd.ts; distances and places are in bytes. */
// @ts-ignore: decorator
@unmanaged
export class Geometry {
  /** Of the convolution's input, and how far the first tile begins before it. */
  channels: i32;
  height: i32;
  width: i32;
  top: i32;
  left: i32;
  /** Of the convolution's output. */
  filters: i32;
  outHeight: i32;
  outWidth: i32;
  /** Outputs along a side of a tile, and inputs, which are as many as points. */
  side: i32;
  size: i32;
  /** Tiles of the whole output, and at most so many in a block. */
  tilesDown: i32;
  tilesAcross: i32;
  blockRows: i32;
  blockColumns: i32;
  /** Tiles before a block that reach into it, where inputs are summed from tiles that overlap. */
  halo: i32;
  /** From one point to the next, in v, in m and in u. */
  vPoints: usize;
  mPoints: usize;
  uPoints: usize;
  /** From one quad of channels to the next in v. */
  step: usize;
  /** Places in the thread's own memory; a Block begins it. */
  v: usize;
  m: usize;
  lines: usize;
  quad: usize;
  places: usize;
}

// @ts-ignore: decorator
@unmanaged
export class Block {
  image: i32;
  /** Where it is among the blocks of its image, and its tiles among the image's. */
  down: i32;
  across: i32;
  firstRow: i32;
  firstColumn: i32;
  rows: i32;
  columns: i32;
}

// @ts-ignore: decorator
@inline
export function geometryAfter(args: usize, addresses: i32): Geometry {
  return changetype<Geometry>(args + (<usize>addresses << 2));
}

/** Block `index` of all images, noted where the thread's own memory begins. */
export function blockAt(shape: Geometry, index: i32, own: usize): Block {
  const block = changetype<Block>(own);
  const across = (shape.tilesAcross + shape.blockColumns - 1) / shape.blockColumns;
  const down = (shape.tilesDown + shape.blockRows - 1) / shape.blockRows;
  block.image = index / (down * across);
  block.down = (index / across) % down;
  block.across = index % across;
  block.firstRow = max(0, block.down * shape.blockRows - shape.halo);
  block.firstColumn = max(0, block.across * shape.blockColumns - shape.halo);
  block.rows = min((block.down + 1) * shape.blockRows, shape.tilesDown) - block.firstRow;
  block.columns = min((block.across + 1) * shape.blockColumns, shape.tilesAcross) - block.firstColumn;
  return block;
}

/** Where eight outputs' filters begin, or their sums. */
// @ts-ignore: decorator
@inline
export function eightFrom(shape: Geometry, u: usize, output: i32): usize {
  return u + <usize>((output >> 3) * shape.size * shape.size) * shape.uPoints;
}
