// A run that is killed, and resumed from the command line, ends with the same bytes as one that never was.
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../engine/random.ts';
import { inkgrad, strokes, tinyModel } from '../support/cli.ts';
import { jsonHere, refusedHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);
const { path: cwd } = folders.make({ ...strokes('strokes/', 20), 'tiny.json': tinyModel });

const bytesOf = (run: string) =>
  ['metrics.jsonl', 'checkpoints/best.safetensors', 'checkpoints/last.safetensors'].map((name) =>
    readFileSync(join(cwd, run, name)).toString('base64'),
  );

const trainOn = (device: string, out: string) => [
  ...['train', '--data', 'strokes', '--model', 'tiny.json', '--device', device, '--threads', '2'],
  ...['--epochs', '12', '--batch', '2', '--lr', '0.01', '--augment', 'light', '--limit', '40'],
  ...['--save-every', '0.05', '--out', out],
];

for (const device of ['cpu', 'wasm']) {
  test(`SIGKILL at random moments, and resume, on ${device}`, async () => {
    await succeedsHere(trainOn(device, `whole-${device}`), { cwd });
    const whole = bytesOf(`whole-${device}`);
    const metrics = statSync(join(cwd, `whole-${device}/metrics.jsonl`)).size;
    const random = new Random(device.length);
    const out = `killed-${device}`;
    const file = join(cwd, out, 'metrics.jsonl');
    const place = join(cwd, out, 'checkpoints/last.safetensors');
    let kills = 0;
    for (const share of [0.2, 0.5, 0.8]) {
      const until = (share + random.uniform(0, 0.15)) * metrics;
      const args = kills === 0 ? trainOn(device, out) : ['resume', out, '--save-every', '0.05'];
      const ready = () => existsSync(place) && existsSync(file) && statSync(file).size >= until;
      const { code } = await inkgrad(args, { cwd, signalWhen: { signal: 'SIGKILL', ready } });
      if (code === null) kills++;
    }
    assert.ok(kills >= 1, 'the run was killed');
    const { stderr } = await succeedsHere(['resume', out], { cwd });
    assert.match(stderr, /^run {5}killed-\w+, [\d,]+ steps done, epoch \d+ of 12$/m);
    assert.equal(bytesOf(out), whole);
  });
}

test('a stopped run says how it goes on; a finished one how it trains on', async () => {
  const file = join(cwd, 'stopped/metrics.jsonl');
  const ready = () => existsSync(file) && statSync(file).size > 500;
  const stopped = await inkgrad(trainOn('cpu', 'stopped'), { cwd, signalWhen: { signal: 'SIGINT', ready } });
  assert.is(stopped.code, 130);
  assert.match(stopped.stderr, /stopped at step \d+; npx inkgrad resume stopped goes on from there\n/);
  await succeedsHere(['resume', 'stopped'], { cwd });
  await refusedHere(
    ['resume', 'stopped'],
    2,
    [/stopped: has done 12 epochs and its test; --epochs 13 or more/],
    { cwd },
  );
  await refusedHere(['resume', 'stopped', '--epochs', '3'], 2, [/has done 12 epochs/], { cwd });
  const report = await jsonHere<{ epochs: number }>(['resume', 'stopped', '--epochs', '13'], { cwd });
  assert.is(report.epochs, 13);
});

test('a run whose images have changed is not gone on with', async () => {
  rmSync(join(cwd, 'strokes/bar/03.png'));
  await refusedHere(['resume', 'stopped', '--epochs', '14'], 1, [/strokes: its \w+ images have changed/], {
    cwd,
  });
  await refusedHere(['resume', 'nowhere'], 1, [/nowhere: holds no config\.json; give the folder/], { cwd });
});

test.run();
