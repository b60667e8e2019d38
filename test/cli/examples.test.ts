// The examples of a run are files in its folder, one for each class, whatever the classes are called.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeExamples } from '../../cli/commands/train/examples.ts';
import { filesIn } from '../support/cli.ts';
import { tempFolder } from '../support/images.ts';

const folder = tempFolder();
test.after(() => folder.remove());

test('classes that are no names of files have names that are', () => {
  const classes = [
    '7',
    'é',
    'a',
    'A',
    '.',
    '..',
    '../../x',
    '/',
    '*',
    'con',
    '\ud800',
    'x'.repeat(300),
    'x'.repeat(301),
  ];
  const size = 2;
  const images = new Uint8Array(classes.length * size ** 2).fill(200);
  const labels = Int32Array.from(classes, (_, label) => label);
  writeExamples(folder.path, { name: 'odd', classes, size, images, labels }, 1);
  assert.equal(
    filesIn(folder.path).filter((path) => !path.startsWith('examples')),
    [],
  );
  assert.equal(
    readdirSync(join(folder.path, 'examples')).sort(),
    [
      ...['7', '%C3%A9', '2-a', '3-A', '%2E', '%2E%2E', '%2E%2E%2F..%2Fx', '%2F', '%2A', '_con', '%EF%BF%BD'],
      ...['x'.repeat(150), `${'x'.repeat(150)}-2`],
    ]
      .map((name) => `${name}.png`)
      .sort(),
  );
});

test.run();
