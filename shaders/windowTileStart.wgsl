// The tile of a thread, by the names that what is written out of rows and columns has; threads past the last have none.

let i = id.y * groups.x * 64u + id.x;
if (i >= p.tiles) { return; }
let tile = tileOf(i);
let source = tile.plane;
let top = tile.top;
let left = tile.left;
