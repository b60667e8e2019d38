/** What a WebAssembly module begins with: a zero byte and `asm`. */
const MAGIC = [0, 0x61, 0x73, 0x6d];

/** The bytes of a module, which the library carries deflated: as text in a script they would compress badly. */
export async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<BufferSource> {
  if (MAGIC.every((byte, i) => bytes[i] === byte)) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(stream).arrayBuffer();
}
