// Twenty thousand mutated checkpoints: each is taken as sound or refused in a line, soon and in little memory.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Judge } from '../../bench/fuzz/judge.ts';
import { mutations } from '../../bench/fuzz/mutations.ts';
import { copyOf, fileOf } from '../../bench/fuzz/parts.ts';
import { fuzz, mutant } from '../../bench/fuzz/run.ts';
import { soundFile, soundParts } from '../../bench/fuzz/sample.ts';
import { Random } from '../../engine/random.ts';

const COUNT = 20_000;

test('the file that is mutated is sound, and its parts make it again', () => {
  assert.equal(fileOf(soundParts()), soundFile());
  assert.is(new Judge().judge(soundFile()).accepted, true);
});

test('every mutation changes the file, and leaves the parts that it got as they are', () => {
  const sound = soundParts();
  for (const [name, mutate] of Object.entries(mutations)) {
    const changed = Array.from({ length: 20 }, (_, i) => {
      const parts = copyOf(sound);
      mutate(parts, new Random(3, i));
      return Buffer.compare(fileOf(parts), soundFile()) !== 0;
    });
    assert.ok(changed.filter(Boolean).length > 3, name);
  }
  assert.equal(fileOf(sound), soundFile());
});

test('one seed and number are one file', () => {
  assert.equal(mutant(5, 77), mutant(5, 77));
  assert.not.equal(mutant(5, 77), mutant(6, 77));
});

test('none of many mutations is more than a model or a line', () => {
  const { files, accepted, refused, faults } = fuzz({ seed: 1, count: COUNT });
  assert.equal(faults, []);
  assert.is(files, COUNT);
  assert.ok(accepted > COUNT / 20 && refused > COUNT / 2, `${accepted} taken, ${refused} refused`);
});

test.run();
