/** Reads one of the files of data that the page comes with. */
export type ReadData = (file: string) => Promise<Uint8Array>;

/** From beside the page's scripts. */
export const fetchData: ReadData = async (file) => {
  const answer = await fetch(new URL(`data/${file}`, self.location.href));
  if (!answer.ok) throw new Error(`${file}: ${answer.status} ${answer.statusText}`);
  return new Uint8Array(await answer.arrayBuffer());
};

/** What a gzip file holds; a server may have unpacked it on its way. */
export async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Told of how much is done, and of how much. */
export type Progress = (done: number, total: number) => void;
