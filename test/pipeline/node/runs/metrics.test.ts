// A process that is killed, or a disk that fills, in the middle of a line of metrics.jsonl.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LinesFile } from '../../../../pipeline/node/runs/linesFile.ts';
import { type Metric, readMetrics } from '../../../../pipeline/node/runs/metrics.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const line = (epoch: number): Metric => ({ epoch, validation: { loss: 1 / epoch, accuracy: 0.5 } });

/** A file of two lines. */
function twoLines(): string {
  const path = join(folders.make().path, 'metrics.jsonl');
  new LinesFile<Metric>(path).append([line(1), line(2)]);
  return path;
}

const torn: Record<string, string> = {
  'half a line': '{"epoch":3,"valida',
  'half a number, which is JSON': '3',
  'a whole line without its end': JSON.stringify(line(3)),
  'zeros, as after a power cut': '\0'.repeat(40),
  'zeros before a line': `${'\0'.repeat(40)}\n${JSON.stringify(line(4))}\n`,
  'half a character': '{"é',
};

for (const [what, tail] of Object.entries(torn)) {
  test(`${what} at the end: is not read, and cut by the next line`, () => {
    const path = twoLines();
    appendFileSync(path, tail.endsWith('é') ? Buffer.from(tail).subarray(0, -1) : tail);
    assert.equal(readMetrics(path), [line(1), line(2)]);
    new LinesFile<Metric>(path).append([line(3)]);
    assert.equal(readMetrics(path), [line(1), line(2), line(3)]);
    assert.is(readFileSync(path, 'utf8').split('\n').length, 4);
  });
}

test('a file without a whole line, and an empty one', () => {
  for (const text of ['', '{"ep']) {
    const path = twoLines();
    writeFileSync(path, text);
    assert.equal(readMetrics(path), []);
    new LinesFile<Metric>(path).append([line(1)]);
    assert.equal(readMetrics(path), [line(1)]);
  }
});

test('lines that were cut by somebody else meanwhile stay cut', () => {
  const path = twoLines();
  const file = new LinesFile<Metric>(path);
  file.append([line(3)]);
  writeFileSync(path, '');
  file.append([line(4)]);
  assert.equal(readMetrics(path), [line(4)]);
});

test.run();
