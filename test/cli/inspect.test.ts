// data inspect: what it prints, its JSON, its sheet and its page; and the page of preprocess.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeImage } from '../../pipeline/node/decode/decode.ts';
import { filesIn, inkgrad, refused, stroke, strokes, succeeds } from '../support/cli.ts';
import { jsonHere, refusedHere, succeedsHere } from '../support/cliHere.ts';
import { pngFile } from '../support/images.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const odd = `<i>&'"ü.png`;

/** Three classes of four, of which twelve files more are broken, one is in two classes, and one is not of this kind. */
const { path: cwd } = folders.make({
  ...strokes('set/', 4),
  [`set/bar/${odd}`]: stroke('dash', 1),
  'set/dash/notes.txt': 'x',
  'set/<b>/1.png': stroke('bar', 17),
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`set/slash/x${String(i).padStart(2, '0')}.png`, 'no']),
  ),
  'fine.csv': 'file,meaning\nset/bar/00.png,I\nset/dash/00.png,-\n',
  'bare/a/.keep': '',
});

interface Document {
  readonly images: number;
  readonly classes: readonly {
    class: string;
    images: number;
    unreadable: number;
    brightness: { mean: number };
  }[];
  readonly balance: { largest: object; smallest: object; ratio: number };
  readonly few: readonly object[];
  readonly sizes: { median: object; distinct: number };
  readonly unreadable: readonly { image: string; label: string; part: string; reason: string }[];
  readonly duplicates: readonly {
    labels: string[];
    parts: string[];
    images: { image: string; label: string }[];
  }[];
  readonly polarity: { dark: number; bright: number; suspected: object[] };
  readonly passedOver: readonly object[];
  readonly sheet: string;
  readonly page: string | null;
  readonly [key: string]: unknown;
}

test('text: counts, sizes and findings, with long lists cut at ten; exit code 0 in spite of broken files', async () => {
  const { stdout, stderr } = await succeeds(['data', 'inspect', 'set'], { cwd });
  assert.match(
    stdout,
    /^set: 26 images in 4 classes, in a folder for each class\n\nclass +images +unreadable +brightness/,
  );
  assert.match(stdout, /\nslash +16 +12 +0\.\d\d /);
  assert.match(stdout, 'largest class slash (16), smallest <b> (1): 16 times as many');
  assert.match(stdout, 'all are 40×40');
  assert.match(stdout, /\ncharacters +14 pictures with one; nine of ten are \d\d to \d\d % as long/);
  assert.match(
    stdout,
    /unreadable: 12 files cannot be read\n( {2}slash\/x0\d\.png \(slash\): this is text, .*\n){10} {2}… and 2 more\n/,
  );
  assert.match(stdout, `bar/${odd} (bar) = dash/01.png (dash)`);
  assert.match(stdout, '.txt: dash/notes.txt');
  assert.match(stdout, '\ninspected/contact-sheet.png  5 rows, ');
  assert.match(stderr, /^inspecting \d+ %/);
  const sheet = decodeImage(readFileSync(join(cwd, 'inspected/contact-sheet.png')), 'sheet');
  // Four classes and one row with captions, of cells of 48; twelve at the most in a row would be wider.
  assert.is(sheet.height, 4 + 5 * 52 + 15);
  assert.not.ok(existsSync(join(cwd, 'inspected/report.html')));
});

test('--json: one document, lists in full', async () => {
  const report = await jsonHere<Document>(['data', 'inspect', 'set', '--out', 'looked'], { cwd });
  const keys =
    'source kind images parts classes balance few sizes brightness unreadable faults remarks duplicates inkFrom ' +
    'polarity blank several characters otherFormat passedOver sheet page';
  assert.equal(Object.keys(report).sort(), keys.split(' ').sort());
  assert.equal([report.images, report.classes.length, report.balance.ratio], [26, 4, 16]);
  assert.equal(report.balance.largest, { class: 'slash', images: 16 });
  assert.equal(report.few, [
    { class: '<b>', images: 1 },
    { class: 'dash', images: 4 },
  ]);
  assert.equal([report.sizes.median, report.sizes.distinct], [{ width: 40, height: 40 }, 1]);
  assert.is(report.unreadable.length, 12);
  const [{ image, label, part, reason }] = report.unreadable;
  assert.equal([image, label, part], ['slash/x00.png', 'slash', 'all']);
  assert.match(reason, /^this is text, /);
  assert.equal(
    report.duplicates.map(({ labels, images }) => [labels, images.map((each) => each.image)]),
    [
      [
        ['bar', 'dash'],
        [`bar/${odd}`, 'dash/01.png'],
      ],
    ],
  );
  assert.equal([report.polarity.dark, report.polarity.bright, report.polarity.suspected], [14, 0, []]);
  assert.equal(report.passedOver, [{ what: '.txt', files: 1, example: 'dash/notes.txt' }]);
  assert.equal([report.sheet, report.page], ['looked/contact-sheet.png', null]);
});

test('--html alone takes the usual name and leaves the path alone; names are escaped', async () => {
  await succeedsHere(['data', 'inspect', '--html', 'set', '--out', 'paged'], { cwd });
  const page = readFileSync(join(cwd, 'paged/report.html'), 'utf8');
  assert.match(page, '<th scope="row">&lt;b></th>');
  assert.match(page, "bar/&lt;i>&amp;'&quot;ü.png (bar) = dash/01.png (dash)");
  assert.not.match(page, /<b>|<i>|<script|https?:/);
  assert.match(
    page,
    /<img src="data:image\/png;base64,iVBOR[^"]+" width="48" height="48" alt="bar\/00\.png"/,
  );
  assert.is([...page.matchAll(/<img (?![^>]*alt="[^"])/g)].length, 0, 'every image is told in words');
  assert.match(page, /<svg [^>]*role="img"><title>/);
  assert.match(page, '<details><summary>2 more</summary>');
});

test('--html takes the name of a page; columns of a CSV file are given', async () => {
  const args = ['data', 'inspect', 'fine.csv', '--image-column', 'file', '--label-column', 'meaning'];
  const report = await jsonHere<Document>([...args, '--out', 'csv', '--html', 'mine.html'], { cwd });
  assert.is(report.page, 'mine.html');
  assert.equal(
    report.classes.map(({ class: name, images }) => [name, images]),
    [
      ['-', 1],
      ['I', 1],
    ],
  );
  assert.match(readFileSync(join(cwd, 'mine.html'), 'utf8'), 'listed by a CSV file');
});

test('the same seed shows the same images, another others', async () => {
  const { path } = folders.make(strokes('', 20));
  const sheet = async (seed: string) => {
    await succeedsHere(['data', 'inspect', path, '--seed', seed], { cwd });
    return readFileSync(join(cwd, 'inspected/contact-sheet.png')).toString('base64');
  };
  const first = await sheet('1');
  assert.is(await sheet('1'), first);
  assert.is.not(await sheet('2'), first);
});

test('any number of threads finds the same', async () => {
  const { path } = folders.make({ ...strokes('', 9), 'bar/x.png': 'no' });
  const looked = async (threads: string) => {
    const { stdout } = await succeedsHere(['data', 'inspect', path, '--threads', threads, '--html'], { cwd });
    return [stdout, readFileSync(join(cwd, 'inspected/report.html'), 'utf8')];
  };
  const expected = await looked('1');
  for (const threads of ['2', '3']) assert.equal(await looked(threads), expected);
});

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} while files are inspected ends with ${code}, and nothing is written`, async () => {
    const blank = pngFile({ width: 1200, height: 1200 }, deflateSync(new Uint8Array(1200 * 1201)));
    const files = Array.from({ length: 300 }, (_, i): [string, Uint8Array] => [`${i % 2}/${i}.png`, blank]);
    const { path } = folders.make(Object.fromEntries(files));
    let sent = false;
    const result = await inkgrad(['data', 'inspect', path, '--out', `stopped-${code}`], {
      cwd,
      onStderr: (stderr) => {
        if (sent || !stderr.includes('inspecting')) return undefined;
        sent = true;
        return signal;
      },
    });
    assert.is(result.code, code, result.stderr);
    assert.match(result.stderr, /\nstopping; once more to stop at once\n$/);
    assert.is(result.stdout, '');
    assert.equal(filesIn(join(cwd, `stopped-${code}`)), []);
  });
}

test('what cannot be inspected is refused, and leaves nothing behind', async () => {
  const run = (words: string, code: number, pattern: RegExp) =>
    refusedHere(words.split(' '), code, [pattern], { cwd });
  await refused(['data', 'inspect', 'nowhere'], 1, [/nowhere: no such file or folder/], { cwd });
  await run('data inspect bare', 1, /bare: holds no images to inspect/);
  await run('data inspect fine.csv', 1, /no column named label, class, labels, target for the label/);
  await run('data inspect set --out fine.csv', 1, /--out fine\.csv: cannot be made/);
  await run('data inspect . --out looked', 2, /--out looked: lies in the data set \., where/);
  await run('data inspect set --html=page.txt', 2, /--html page\.txt: expected a name that ends in \.html/);
  await run('data inspect set --cell 4', 2, /--cell 4: expected/);
  await run('data inspect set --threads 0', 2, /--threads 0: expected a whole number from 1 to 64/);
});

test('--help shows usage, flags and examples', async () => {
  const { stdout } = await succeedsHere(['data', 'inspect', '--help']);
  assert.match(stdout, /^inkgrad data inspect PATH/);
  for (const word of ['--out', '--html', '--json', '--seed', '--max-pixels', '--threads', 'Examples:'])
    assert.match(stdout, word);
  assert.equal(
    stdout.split('\n').filter((line) => line.length > 100),
    [],
  );
});

test('preprocess --html: a column per step with its parameters, a row per image with its name', async () => {
  const args = [
    'preprocess',
    'set/bar',
    '--step',
    'threshold:method=sauvola,window=25,k=0.3',
    '--out',
    'steps',
    '--html',
  ];
  const { stdout } = await succeedsHere(args, { cwd });
  assert.match(stdout, 'steps/report.html  the same as a page');
  const page = readFileSync(join(cwd, 'steps/report.html'), 'utf8');
  assert.match(page, '<th scope="col">threshold<small>sauvola, window 25, k 0.3</small></th>');
  assert.match(page, `<th scope="row">&lt;i>&amp;'&quot;ü.png</th>`);
  assert.match(page, 'alt="00.png, threshold"');
  const columns = [...page.matchAll(/<th scope="col">/g)].length;
  assert.is([...page.matchAll(/<img /g)].length, 5 * (columns - 1));
  const sheet = decodeImage(readFileSync(join(cwd, 'steps/contact-sheet.png')), 'sheet');
  assert.ok(sheet.width > 4 + (columns - 1) * 116, 'names have room to the left of the cells');
});

test.run();
