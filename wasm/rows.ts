// Tensors with strides as rows: the innermost axis is a row, and the outer ones say where it begins. Two
// tensors are walked at once. The outer axes are given from the last to the first as triples (length, stride
// of a, stride of b); which row it is stands in the thread's own memory, as an odometer, since a division per
// axis and row shows in short rows.
// What follows the odometer are the offsets of the row in a and in b.

/** Bytes of a triple. */
const AXIS: usize = 12;
/** Where the offsets stand: after eight axes. */
const OFFSETS: usize = 32;

/** Sets the odometer to a row. */
export function seekRow(own: usize, axes: usize, rank: i32, row: i32): void {
  let a = 0;
  let b = 0;
  for (let k = 0; k < rank; k++) {
    const axis = axes + <usize>k * AXIS;
    const length = load<i32>(axis);
    const index = row % length;
    row /= length;
    a += index * load<i32>(axis, 4);
    b += index * load<i32>(axis, 8);
    store<i32>(own + (<usize>k << 2), index);
  }
  store<i32>(own + OFFSETS, a);
  store<i32>(own + OFFSETS, b, 4);
}

/** Moves it on to the next row. */
export function nextRow(own: usize, axes: usize, rank: i32): void {
  let a = load<i32>(own + OFFSETS);
  let b = load<i32>(own + OFFSETS, 4);
  for (let k = 0; k < rank; k++) {
    const axis = axes + <usize>k * AXIS;
    const place = own + (<usize>k << 2);
    const length = load<i32>(axis);
    const strideA = load<i32>(axis, 4);
    const strideB = load<i32>(axis, 8);
    const index = load<i32>(place) + 1;
    a += strideA;
    b += strideB;
    store<i32>(place, index);
    if (index < length) break;
    a -= strideA * length;
    b -= strideB * length;
    store<i32>(place, 0);
  }
  store<i32>(own + OFFSETS, a);
  store<i32>(own + OFFSETS, b, 4);
}

/** Where the row begins in a, in bytes. */
// @ts-ignore: decorator
@inline
export function offsetA(own: usize): usize {
  return <usize>load<i32>(own + OFFSETS) << 2;
}

/** Where it begins in b. */
// @ts-ignore: decorator
@inline
export function offsetB(own: usize): usize {
  return <usize>load<i32>(own + OFFSETS, 4) << 2;
}
