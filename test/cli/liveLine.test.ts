// What a person sees of a training on a terminal, drawn by a terminal emulator: epochs stay, the table stands below them,
// and the line that tells how far it is fits and is gone at the end.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { progressLine } from '../../cli/progress.ts';
import { strokes, tinyModel } from '../support/cli.ts';
import { tempFolders } from '../support/tempFolders.ts';
import { hasTerminals, onTerminal, Screen } from '../support/terminal.ts';

const EPOCHS = 10;
const folders = tempFolders();
const { path: cwd } = folders.make({ ...strokes('strokes/', 60), 'tiny.json': tinyModel });
test.after(() => folders.remove());

const train = (out: string, epochs = EPOCHS) =>
  `train --data strokes --model tiny.json --device cpu --batch 2 --epochs ${epochs} --out ${out}`.split(' ');

/** What stands on the terminal at the end, line by line. */
const expected = [
  /^\$ npx inkgrad train$/,
  /^model {3}tiny, \d+ parameters$/,
  /^data {4}strokes, \d+ training and \d+ test images, 3 classes$/,
  /^device {2}cpu/,
  ...Array.from(
    { length: EPOCHS },
    (_, i) => new RegExp(`^epoch ${i + 1}: validation loss \\S+, accuracy \\S+ %$`),
  ),
  /^$/,
  /^class +precision +recall +F1 +images$/,
  ...['bar', 'dash', 'slash'].map((name) => new RegExp(`^${name} .* %  .* %  .* %  +12$`)),
  /^$/,
  /^test on 36 images: loss/,
  /^trained \d+ steps/,
  /^run in /,
  /^$/,
  /^loss {6}[▁-█]{27,40} {2}\d\.\d{4} to \d\.\d{4}$/,
  /^accuracy {2}[▁-█]+ {2}\S+ % to \S+ %$/,
  /^$/,
  /^page in /,
  /^next: npx inkgrad predict/,
  /^$/,
];

/** Where a person starts: a new terminal, or one that is full. */
const starts = { fresh: '', full: 'earlier\r\n'.repeat(100) };

if (hasTerminals) {
  for (const columns of [60, 80, 120]) {
    test(`a training on a terminal of ${columns} columns`, async () => {
      const { code, written } = await onTerminal(train(`run-${columns}`), { columns, rows: 24, cwd });
      assert.is(code, 0, written);
      for (const rows of [60, 10]) {
        for (const [start, before] of Object.entries(starts)) {
          const where = `${columns}×${rows}, ${start}`;
          const screen = new Screen({ columns, rows });
          await screen.write(`${before}$ npx inkgrad train\r\n`);
          const live = await follow(screen, written);
          assert.ok(live.length > 3, `live lines on ${where}: ${live.length}`);
          for (const { text, isWrapped } of live) {
            assert.not.ok(isWrapped, `${where}: ${text}`);
            assert.match(text, / \d+ %(( {2}\d+:\d\d left)? {2}epoch \d+\/10 {2}loss \d\.\d{4}.*)?$/, where);
          }
          // The first few steps say nothing of how long the others take.
          const foretold = live.filter(({ text }) => text.includes(' left  epoch'));
          assert.ok(foretold.length > 0, where);
          const lines = screen.lines.filter((line) => line !== 'earlier');
          const text = lines.join('\n');
          assert.is(lines.length, expected.length, `${where}:\n${text}`);
          for (const [i, pattern] of expected.entries())
            assert.match(lines[i], pattern, `${where}:\n${text}`);
        }
      }
    });
  }

  test('a dumb terminal gets plain lines, no code', async () => {
    const env = { TERM: 'dumb' };
    const { code, written } = await onTerminal(train('dumb', 1), { columns: 80, rows: 24, cwd, env });
    assert.is(code, 0, written);
    assert.match(written, /^training 100 % {2}0:00 left {2}epoch 1\/1 /m);
    assert.not.match(written, /[^\n\r\P{Cc}]/u);
  });
} else console.log('terminals are not tested: there is no script of util-linux');

/** Plays what was written up to each code, as it came; gives every look of the line that is live. */
async function follow(screen: Screen, written: string) {
  const looks: Screen['row'][] = [];
  for (const [i, piece] of written.split('\x1b').entries()) {
    await screen.write(i === 0 ? piece : `\x1b${piece}`);
    if (screen.row.text.includes(' %')) looks.push(screen.row);
  }
  return looks;
}

test('a line has as many whole details as there is room for', () => {
  const details = ['12:34:56 left', 'epoch 10/20', 'loss 1.2345', 'accuracy 100.0 %', 'step 123456/234567'];
  for (let width = 1; width < 200; width++) {
    const line = progressLine('training', 0.5, details, width);
    assert.ok(line.length <= width, `${width}: ${line}`);
    if (width >= 5) assert.match(line, '50 %');
    if (width >= 26) assert.match(line, details[0]);
    const shown = details.filter((detail) => line.includes(detail));
    assert.equal(shown, details.slice(0, shown.length), 'those that matter most');
    assert.is(line.includes('left'), shown.length > 0, 'none is cut');
  }
  assert.is(
    progressLine('training', 0.5, details, 120).length,
    progressLine('training', 0.5, details, 999).length - 109,
    'at 120 columns nothing is left out',
  );
});

test.run();
