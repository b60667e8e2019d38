/** A safetensors file in parts that mutations can take hold of, as it stands or as it should not. */
export interface Parts {
  /** what the first eight bytes say; the length of the header where nothing is said */
  length?: bigint;
  /** bytes before the header's { and behind its } */
  before: string;
  after: string;
  /** the members of the header in order, each a name and a text of JSON; names may be there twice */
  members: Member[];
  /** the fields of the metadata in order, each a name and a text, which is mostly JSON */
  metadata: Member[];
  /** the numbers of all tensors */
  numbers: Uint8Array;
  /** bytes of the whole file, at last, by their place as a share of its length */
  flips: { readonly at: number; readonly byte: number }[];
  /** the share of the file that is left of it */
  cut: number;
}

export type Member = [name: string, text: string];

const METADATA = '__metadata__';

/** A sound file in parts. */
export function partsOf(file: Uint8Array): Parts {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const text = new TextDecoder().decode(file.subarray(8, 8 + length));
  const header = JSON.parse(text) as Record<string, object>;
  const { [METADATA]: metadata, ...tensors } = header;
  return {
    ...{ before: '', after: text.slice(text.trimEnd().length), flips: [], cut: 1 },
    members: Object.entries(tensors).map(([name, entry]) => [name, JSON.stringify(entry)]),
    metadata: Object.entries(metadata) as Member[],
    numbers: file.slice(8 + length),
  };
}

/** Parts that may be changed without a change of the others. */
export const copyOf = (parts: Parts): Parts => ({
  ...parts,
  members: parts.members.map(([name, text]) => [name, text]),
  metadata: parts.metadata.map(([name, text]) => [name, text]),
  numbers: parts.numbers.slice(),
  flips: [...parts.flips],
});

const object = (members: readonly Member[]): string =>
  `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;

/** The file. A text of the metadata that begins with a NUL is no text there but what follows, as it stands. */
export function fileOf(parts: Parts): Uint8Array {
  const { length, before, after, members, metadata, numbers, flips, cut } = parts;
  const fields = metadata.map(
    ([name, text]): Member => [name, text.startsWith('\0') ? text.slice(1) : JSON.stringify(text)],
  );
  const header = new TextEncoder().encode(before + object([[METADATA, object(fields)], ...members]) + after);
  const file = new Uint8Array(8 + header.length + numbers.length);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(header.length), true);
  file.set(header, 8);
  file.set(numbers, 8 + header.length);
  for (const { at, byte } of flips) file[Math.floor(at * file.length)] = byte;
  return cut === 1 ? file : file.subarray(0, Math.floor(cut * file.length));
}
