/** What a WebAssembly module begins with: a zero byte and `asm`. */
const MAGIC = [0, 0x61, 0x73, 0x6d];

/**
 * The bytes of a module, which the library carries deflated: as text in a script they would compress badly. Chunks are put
 * together by hand, since the first `Response` of a process takes Node.js 26 ms of processor time; all this takes 8.
 */
export async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (MAGIC.every((byte, i) => bytes[i] === byte)) return bytes;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const reader = source.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  let whole = new Uint8Array();
  for (let { value } = await reader.read(); value !== undefined; { value } = await reader.read()) {
    const longer = new Uint8Array(whole.length + value.length);
    longer.set(whole);
    longer.set(value, whole.length);
    whole = longer;
  }
  return whole;
}
