// x as [k₀,r₀,k₁,r₁], of which r₀ and r₁ are reduced, with a thread for each Item of the result: one number, or four that
// lie side by side. The constants SMALL, as quotientBy has it, and FLAT stand in front: FLAT says that k₀ or k₁ is 1, so
// that there is nothing to divide.

// include quotientBy.wgsl

struct Params {
  // Items of the result, and how many of them a plane has.
  items: u32,
  kept: u32,
  inverseKept: f32,
  // From one of them to the next, and from a plane to the next, in Items of x.
  keptStride: u32,
  planeStride: u32,
  // What is reduced: rows of columns.
  rows: u32,
  rowStride: u32,
  columns: u32,
  columnStride: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<Item>;
@group(0) @binding(2) var<storage, read_write> y: array<Result>;

// Where the numbers of an Item begin.
fn baseOf(item: u32) -> u32 {
  if (FLAT) { return item * p.keptStride; }
  let plane = quotientBy(item, p.kept, p.inverseKept);
  return plane * p.planeStride + (item - plane * p.kept) * p.keptStride;
}
