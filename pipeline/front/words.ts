/** Whether the first byte of a number in memory is its lowest, as on every machine that browsers and Node.js run on. */
const isLittle = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** The pixels of a picture as numbers, 0xAABBGGRR; undefined where they cannot be read so. */
export const wordsOf = (data: Uint8Array): Uint32Array | undefined =>
  isLittle && data.byteOffset % 4 === 0
    ? new Uint32Array(data.buffer, data.byteOffset, data.length >> 2)
    : undefined;
