import { readSync } from 'node:fs';
import { withFile } from '../files/openFile.ts';

/** A kind of file that data sets come in and that is not read here. */
interface Foreign {
  readonly what: string;
  readonly advice: string;
  readonly name: RegExp;
  /** what its first bytes may be, in Latin-1 */
  readonly starts?: readonly string[];
}

const UNPACK = 'unpack it and give the folder or file that comes out';
const CONVERT = 'save it as IDX, as image files, or as CSV';

/** The more special first: what is packed into gzip or zip is told by its name. */
const kinds: readonly Foreign[] = [
  { what: 'an Excel workbook', advice: 'save the sheet as CSV', name: /\.xlsx?$/i },
  { what: 'a PyTorch file', advice: CONVERT, name: /\.(pt|pth)$/i },
  { what: 'NumPy arrays', advice: CONVERT, name: /\.np[yz]$/i, starts: ['\x93NUMPY'] },
  {
    what: 'a MATLAB file',
    advice: 'take the data set in its binary format, IDX',
    name: /\.mat$/i,
    starts: ['MATLAB'],
  },
  { what: 'a Parquet file', advice: CONVERT, name: /\.parquet$/i, starts: ['PAR1'] },
  { what: 'an HDF5 file', advice: CONVERT, name: /\.(h5|hdf5)$/i, starts: ['\x89HDF'] },
  { what: 'a Python pickle', advice: CONVERT, name: /\.(pkl|pickle)$/i },
  { what: 'JSON', advice: CONVERT, name: /\.jsonl?$/i },
  { what: 'a tar archive', advice: UNPACK, name: /\.(tar|tar\.(gz|bz2|xz|zst)|tgz|tbz2?|txz)$/i },
  { what: 'a zip archive', advice: UNPACK, name: /\.zip$/i, starts: ['PK\x03\x04'] },
  { what: 'a 7z archive', advice: UNPACK, name: /\.7z$/i, starts: ['7z\xbc\xaf'] },
  { what: 'a rar archive', advice: UNPACK, name: /\.rar$/i, starts: ['Rar!'] },
  { what: 'a compressed file', advice: UNPACK, name: /\.(bz2|xz|zst)$/i, starts: ['BZh', '\xfd7zXZ'] },
  {
    what: 'one image',
    advice: 'give a folder with a sub-folder of images for each class',
    name: /\.(png|jpe?g|jfif|gif|bmp|webp|tiff?|avif|heic|svg|pdf)$/i,
    starts: ['\x89PNG', '\xff\xd8\xff', 'GIF8', '%PDF-'],
  },
];

/** `a zip archive; unpack it …` for a file of a kind that is known and not read, told by its name. */
export const foreignName = (name: string): string | undefined =>
  tell(kinds.find((kind) => kind.name.test(name)));

/** The same by its name or, failing that, by its first bytes. */
export function foreignFile(path: string): string | undefined {
  const start = firstBytes(path, 8).toString('latin1');
  return (
    foreignName(path) ?? tell(kinds.find(({ starts }) => starts?.some((each) => start.startsWith(each))))
  );
}

const tell = (kind: Foreign | undefined) => kind && `${kind.what}; ${kind.advice}`;

/** The first bytes of a file, fewer where it is shorter. */
export function firstBytes(path: string, length: number): Buffer {
  const start = Buffer.alloc(length);
  return withFile(path, (file) => start.subarray(0, readSync(file, start, 0, length, 0)));
}
