// What a training says while it fits how far answers can be trusted: a line, a bar on a terminal, or nothing.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TrainingDisplay } from '../../cli/commands/train/trainingDisplay.ts';

const course = { epochs: 1, validationShare: 0.05, minutes: null };

/** What an action writes to stderr. */
function written(isTTY: boolean, action: () => void): string {
  const { stderr } = process;
  const before = { isTTY: stderr.isTTY, write: stderr.write };
  const { TERM } = process.env;
  process.env.TERM = 'xterm';
  let text = '';
  const write = (chunk: string | Uint8Array) => {
    text += chunk;
    return true;
  };
  Object.assign(stderr, { isTTY, write });
  try {
    action();
  } finally {
    Object.assign(stderr, before);
    if (TERM === undefined) delete process.env.TERM;
    else process.env.TERM = TERM;
  }
  return text;
}

const phase = (display: TrainingDisplay) => () => {
  for (const share of [0, 0.25, 0.5, 1]) display.onCertainty?.(share);
  display.onTest(1, 2);
  display.stop();
};

test('a log gets one line, before the test begins', () => {
  const line = 'fitting how far answers can be trusted\n';
  assert.is(written(false, phase(new TrainingDisplay(course))), `${line}testing 50 %\n`);
});

test('a terminal gets a bar that moves and is gone afterwards', () => {
  const text = written(true, phase(new TrainingDisplay(course)));
  assert.match(text, /0 % {2}fitting how far answers can be trusted/);
  const [, ...looks] = text.split('\r');
  const gone = '\x1b[K';
  assert.is(looks.at(-1), gone);
  assert.is(looks.filter((look) => look === gone).length, 2, 'a line is taken away once for each work');
});

test('a program gets nothing of it', () => {
  assert.is(written(false, phase(new TrainingDisplay(course, false, true))), 'testing 50 %\n');
  assert.not.match(written(true, phase(new TrainingDisplay(course, false, true))), 'fitting');
});

test.run();
