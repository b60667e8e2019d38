// 518 JPEG and PNG files of other projects' tests, and what is right for each. They lie beside the project; a plain clone
// has none of them.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import Papa from 'papaparse';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RgbaImage } from '../../../../pipeline/image/image.ts';
import { decodeImage } from '../../../../pipeline/node/decode/decode.ts';
import { refusal } from '../../../support/images.ts';

const FOLDER = '../shared/conformance/suites';

/** A file of the suite: what is to become of it and, where it is read, its size and the checksums of its pixels. */
interface Row {
  readonly file: string;
  readonly expected: 'ok' | 'refuse';
  readonly width: string;
  readonly height: string;
  readonly sha256: string;
  /** the same where the colour of what is clear counts as black, since no value of it is right */
  readonly sha256_clear_pixels_black: string;
  readonly note: string;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function clearPixelsBlack({ data }: RgbaImage): Uint8Array {
  const pixels = Uint8Array.from(data);
  for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] === 0) pixels.fill(0, i, i + 3);
  return pixels;
}

async function check(row: Row): Promise<void> {
  const bytes = readFileSync(`${FOLDER}/${row.file}`);
  if (row.expected === 'refuse') {
    const { message } = await refusal(() => decodeImage(bytes, row.file));
    assert.ok(message.startsWith(`${row.file}: `), message);
    assert.match(message, /: .+; .+/);
    return;
  }
  const image = decodeImage(bytes, row.file);
  assert.equal([image.width, image.height], [Number(row.width), Number(row.height)]);
  const right = sha256(image.data) === row.sha256;
  assert.ok(right || sha256(clearPixelsBlack(image)) === row.sha256_clear_pixels_black, 'wrong pixels');
}

if (existsSync(FOLDER)) {
  const text = readFileSync(`${FOLDER}/images.csv`, 'utf8');
  const { data: rows } = Papa.parse<Row>(text, { header: true, skipEmptyLines: true });
  for (const row of rows) {
    test(`${row.file} (${row.note}): ${row.expected}`, () => check(row));
  }

  test('there are as many files as are known', () => {
    const count = (kind: string, expected: string) =>
      rows.filter((row) => row.file.startsWith(kind) && row.expected === expected).length;
    assert.equal(
      ['jpeg/', 'png/'].map((kind) => [count(kind, 'ok'), count(kind, 'refuse')]),
      [
        [54, 123],
        [159, 182],
      ],
    );
  });
} else {
  console.log(`the suite of images is not tested: there is no folder ${FOLDER}`);

  test('a plain clone has no suite', () => assert.not.ok(existsSync(FOLDER)));
}

test.run();
