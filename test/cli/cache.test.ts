// Preparing images as a user meets it: threads, the cache, Ctrl-C, and broken files among many.
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assertRefused, filesIn, inkgrad, strokes, succeeds, tinyModel } from '../support/cli.ts';
import { inkgradHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolder } from '../support/images.ts';

const folder = tempFolder({ ...strokes('strokes/', 24), 'tiny.json': tinyModel });
const cwd = folder.path;
const cache = join(cwd, 'cache');
const images = join(cache, 'inkgrad/images');
const env = { XDG_CACHE_HOME: cache };
test.before.each(() => rmSync(cache, { recursive: true, force: true }));
test.after(() => folder.remove());

const quick = ['train', '--data', 'strokes', '--model', 'tiny.json', '--device', 'cpu', '--epochs', '1'];
let runs = 0;

/** Trains, and gives what config.json says of the data. */
const dataOfRun = (...flags: string[]): Promise<unknown> => dataOf(succeedsHere, flags);

async function dataOf(how: typeof succeeds, flags: readonly string[] = []): Promise<unknown> {
  const out = `run-${++runs}`;
  await how([...quick, ...flags, '--out', out], { cwd, env });
  return JSON.parse(readFileSync(join(cwd, out, 'config.json'), 'utf8')).data;
}

test('config.json says the same of the data for any number of threads, with and without the cache', async () => {
  const expected = await dataOfRun('--no-cache');
  assert.equal(filesIn(images), []);
  for (const flags of [['--threads', '1'], [], ['--threads', '3'], ['--no-cache', '--threads', '2']]) {
    assert.equal(await dataOfRun(...flags), expected);
    assert.is(filesIn(images).length, 1);
  }
});

test('evaluate takes what train has kept, and --no-cache is for it too', async () => {
  await dataOfRun('--no-cache');
  const run = `run-${runs}`;
  const scores = await succeeds(['evaluate', run, '--no-cache', '--json'], { cwd, env });
  assert.equal(filesIn(images), []);
  assert.equal(await succeedsHere(['evaluate', run, '--json'], { cwd, env }), scores);
  const [file] = filesIn(images);
  const { ino } = statSync(join(images, file));
  await dataOfRun();
  assert.equal(filesIn(images), [file]);
  assert.is(statSync(join(images, file)).ino, ino, 'nothing is prepared anew');
});

test('two starts at the same time both succeed, and leave a cache that is whole', async () => {
  const [first, second] = await Promise.all([dataOf(succeeds), dataOf(succeeds)]);
  assert.equal(second, first);
  const files = filesIn(images);
  assert.is(files.length, 1, files.join());
  const { ino } = statSync(join(images, files[0]));
  assert.equal(await dataOfRun(), first);
  assert.is(statSync(join(images, files[0])).ino, ino);
});

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} while images are prepared ends with ${code}, and what is prepared is kept`, async () => {
    let sent = false;
    const result = await inkgrad([...quick, '--preprocess', 'photo', '--out', 'stopped'], {
      cwd,
      env,
      onStderr: (stderr) => {
        if (sent || !stderr.includes('preparing images')) return undefined;
        sent = true;
        return signal;
      },
    });
    assert.is(result.code, code, result.stderr);
    assert.match(result.stderr, /\nstopping; once more to stop at once\n$/);
    assert.is(result.stdout, '');
    assert.equal(filesIn(join(cwd, 'stopped')), []);
    assert.is(filesIn(images).length, 1);
  });
}

test('several broken files are one line, and --verbose lists them all', async () => {
  const broken = { 'bar/a.png': 'x', 'dash/b.png': '', 'slash/c.png': 'y' };
  const { path, remove } = tempFolder({ ...strokes('', 7), ...broken });
  try {
    const args = ['train', '--data', path, '--out', 'broken'];
    const line = assertRefused(
      await inkgrad(args, { cwd, env }),
      1,
      /3 of 24 images are broken, the first: /,
    );
    assert.match(
      line,
      /bar\/a\.png: this is text, neither a PNG nor a JPEG file; give a picture \(--verbose lists all\)$/,
    );
    const { code, stderr } = await inkgradHere([...args, '--verbose'], { cwd, env });
    assert.is(code, 1);
    for (const name of Object.keys(broken))
      assert.match(stderr, new RegExp(`\\n${join(path, name)}: .+; .+\\n`));
  } finally {
    remove();
  }
});

test.run();
