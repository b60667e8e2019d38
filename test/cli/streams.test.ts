// Who listens may go: a reader closes its pipe, a disk is full, a terminal vanishes. No training ends by it, and no result is
// lost without a word.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { assertRefused, lineCount, readJsonLines, shell, strokes, tinyModel } from '../support/cli.ts';
import { tempFolders } from '../support/tempFolders.ts';
import { hasTerminals, onTerminal } from '../support/terminal.ts';

const folders = tempFolders();
test.after(folders.remove);
const { path: cwd } = folders.make({ ...strokes('strokes/'), 'tiny.json': tinyModel });

const train = (out: string, epochs: number) =>
  `$INKGRAD train --data strokes --model tiny.json --device cpu --epochs ${epochs} --out ${out}`;

/** What a run noted of a stream that it lost; it must have come to its end. */
function remarkOf(out: string): string {
  const lines = readJsonLines(join(cwd, out, 'metrics.jsonl'));
  assert.ok('test' in lines.at(-1)!, `the run ended with ${JSON.stringify(lines.at(-1))}`);
  assert.ok(existsSync(join(cwd, out, 'checkpoints/best.safetensors')));
  const remarks = lines.filter((line) => 'remark' in line) as { remark: { step: number; text: string } }[];
  assert.is(remarks.length, 1, JSON.stringify(remarks));
  assert.type(remarks[0].remark.step, 'number');
  return remarks[0].remark.text;
}

test('a reader that closes stdout early is no error', async () => {
  for (const line of ['$INKGRAD summary cnn | head -n 1', '$INKGRAD train --help | true']) {
    const { code, stderr } = await shell(line, cwd);
    assert.equal([code, stderr], [0, ''], line);
  }
});

test('a reader that closes stderr early does not end the training', async () => {
  const { stderr } = await shell(
    `${train('unheard', 100)} --json 2>&1 >/dev/null | head -n 1 >/dev/null`,
    cwd,
  );
  assert.is(stderr, '');
  assert.is(remarkOf('unheard'), 'standard error: cannot be written (EPIPE); the run goes on without it');
});

test('a reader that closes stdout early hides no failure', async () => {
  const line = '$INKGRAD predict unheard strokes/bar/00.png strokes/none.png strokes/bar/01.png';
  const { code } = await shell(`${line} 2>/dev/null | true`, cwd);
  assert.is(code, 1);
});

if (existsSync('/dev/full')) {
  test('a log on a full disk does not end the training', async () => {
    const { code, stdout } = await shell(`${train('unlogged', 2)} 2>/dev/full`, cwd);
    assert.is(code, 0);
    assert.match(stdout, '\nrun in unlogged\n');
    assert.is(remarkOf('unlogged'), 'standard error: cannot be written (ENOSPC); the run goes on without it');
  });

  test('a result that stdout cannot take is one line and exit code 1', async () => {
    for (const words of ['summary lenet', 'summary lenet --json', 'train --help', '--version']) {
      const result = await shell(`$INKGRAD ${words} >/dev/full`, cwd);
      assertRefused(
        result,
        1,
        /^inkgrad: standard output: cannot be written \(ENOSPC\); direct it to another/,
      );
    }
    const { code, stderr } = await shell(`${train('untold', 1)} >/dev/full`, cwd);
    assert.is(code, 1);
    assert.match(stderr, /\ninkgrad: standard output: cannot be written \(ENOSPC\)[^\n]+\n$/);
    assert.ok(existsSync(join(cwd, 'untold/checkpoints/best.safetensors')));
  });

  test('nothing can be written anywhere: the exit code still tells', async () => {
    assert.is((await shell('$INKGRAD summary lenet >/dev/full 2>/dev/full', cwd)).code, 1);
  });
}

if (process.platform !== 'win32') {
  test('a result of which the disk takes a part is not taken for a whole one', async () => {
    for (const words of ['summary lenet --json', 'train --help']) {
      // A file may have 1,024 bytes, of which the first write fills all.
      const result = await shell(`ulimit -f 1; $INKGRAD ${words} >part`, cwd);
      assert.is(statSync(join(cwd, 'part')).size, 1024);
      assertRefused(result, 1, /^inkgrad: standard output: cannot be written \(EFBIG\)/);
    }
  });
}

if (hasTerminals) {
  // Node.js aborts, or crashes, where it finds no terminal to give its modes back to.
  test('a terminal that vanishes does not end the training', async () => {
    const metrics = join(cwd, 'alone/metrics.jsonl');
    await onTerminal([], {
      ...{ columns: 80, rows: 24, cwd },
      // A shell that ignores SIGHUP, as nohup does, for its command too.
      line: `trap '' HUP; ${train('alone', 60)}; echo $? >code`,
      vanishes: () => lineCount(metrics) > 20,
    });
    await until(() => lineCount(join(cwd, 'code')) > 0);
    assert.is(remarkOf('alone'), 'standard error: cannot be written (EIO); the run goes on without it');
    assert.is(readFileSync(join(cwd, 'code'), 'utf8'), '1\n', 'nobody was told the result');
  });

  test('a terminal that is closed ends the training in order', async () => {
    const metrics = join(cwd, 'closed/metrics.jsonl');
    await onTerminal([], {
      ...{ columns: 80, rows: 24, cwd },
      line: `echo $$ >pid; exec ${train('closed', 100_000)}`,
      vanishes: () => lineCount(metrics) > 20,
    });
    await until(() => !isRunning(readFileSync(join(cwd, 'pid'), 'utf8').trim()));
    const lines = readJsonLines(metrics);
    assert.match(JSON.stringify(lines), 'standard error: cannot be written (EIO)');
    const steps = lines.filter((line) => 'step' in line);
    assert.is(readCheckpoint(join(cwd, 'closed/checkpoints/last.safetensors')).step, steps.at(-1)!.step);
  });
}

/** Whether a process is there and no zombie, which has ended. One may end between any two looks, so there is but one. */
function isRunning(pid: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(done: () => boolean): Promise<void> {
  for (let waited = 0; !done() && waited < 60_000; waited += 20) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test.run();
