/** to[j] = the phases' pixels in turn, `count` in all; one phase lies `pitch` bytes after the other. */
export function interleave(to: usize, count: i32, from: usize, pitch: usize, phases: i32): void {
  let j = 0;
  if (phases == 1) {
    for (; j + 4 <= count; j += 4, from += 16) v128.store(to + (<usize>j << 2), v128.load(from));
  } else if (phases == 2) {
    for (; j + 8 <= count; j += 8, from += 16) {
      const even = v128.load(from);
      const odd = v128.load(from + pitch);
      v128.store(to + (<usize>j << 2), v128.shuffle<f32>(even, odd, 0, 4, 1, 5));
      v128.store(to + (<usize>j << 2), v128.shuffle<f32>(even, odd, 2, 6, 3, 7), 16);
    }
    if (j + 4 <= count) {
      const four = v128.shuffle<f32>(v128.load(from), v128.load(from + pitch), 0, 4, 1, 5);
      v128.store(to + (<usize>j << 2), four);
      j += 4;
      from += 8;
    }
  }
  for (; j < count; from += 4) {
    for (let phase = 0, at = from; phase < phases && j < count; phase++, j++, at += pitch) {
      store<f32>(to + (<usize>j << 2), load<f32>(at));
    }
  }
}
