// A learning rate is proposed in words, as JSON, as a page and as a picture; nothing of the training is kept.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { filesIn, strokes, tinyModel } from '../support/cli.ts';
import { jsonHere, refusedHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);
const { path: cwd } = folders.make({ ...strokes('strokes/', 12), 'tiny.json': tinyModel });

const find = ['lr-find', '--data', 'strokes', '--model', 'tiny.json', '--device', 'cpu', '--batch', '8'];

interface Report {
  readonly points: readonly { readonly rate: number; readonly loss: number }[];
  readonly proposed: number;
}

test('a curve, some rates with their losses, and what to take', async () => {
  const before = filesIn(cwd);
  const { stdout } = await succeedsHere([...find, '--most', '30'], { cwd });
  assert.match(stdout, /^loss {2}[▁▂▃▄▅▆▇█]{20,60}$/m);
  assert.match(stdout, /^ *rate +loss$/m);
  const taken = stdout.match(/^take --lr (\S+)/m)?.[1];
  assert.match(stdout, new RegExp(`^ *${taken} +\\d\\.\\d{4} +proposed$`, 'm'));
  assert.equal(filesIn(cwd), before);
});

for (const optimizer of ['adam', 'sgd']) {
  test(`with the rate that is proposed for ${optimizer} the loss falls further than with a thirtieth of it`, async () => {
    const { proposed, points } = await jsonHere<Report>([...find, '--optimizer', optimizer], { cwd });
    assert.ok(points.length > 20 && points[0].rate === 1e-6);
    const lossOf = async (lr: number, out: string) => {
      const args = ['train', ...find.slice(1), '--optimizer', optimizer, '--epochs', '5', '--lr', `${lr}`];
      return (await jsonHere<{ test: { loss: number } }>([...args, '--out', out], { cwd })).test.loss;
    };
    const [good, low] = [
      await lossOf(proposed, `good-${optimizer}`),
      await lossOf(proposed / 30, `low-${optimizer}`),
    ];
    assert.ok(good < low, `${proposed}: ${good}, ${proposed / 30}: ${low}`);
  });
}

test('as a page and as a picture, the proposal marked', async () => {
  await succeedsHere([...find, '--html', 'rates.html', '--svg', 'rates.svg'], { cwd });
  const page = readFileSync(join(cwd, 'rates.html'), 'utf8');
  const taken = page.match(/Take <b>--lr (\S+)<\/b>/)?.[1];
  const svg = readFileSync(join(cwd, 'rates.svg'), 'utf8');
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.ok(svg.includes('--first:') && !svg.includes('NaN'));
  for (const text of [page, svg]) assert.ok(text.includes(`>${taken}</text>`), taken);
});

test('what cannot be is refused before any step', async () => {
  await refusedHere([...find, '--least', '3', '--most', '1'], 2, [/--most 1: expected more than --least 3/], {
    cwd,
  });
  await refusedHere(
    [...find, '--svg', 'rates.png'],
    2,
    [/--svg rates\.png: expected a name that ends in \.svg/],
    {
      cwd,
    },
  );
  await refusedHere([...find, '--lr', '1'], 2, [/--lr: no such flag/], { cwd });
  await refusedHere([...find, '--most', '1e-5', '--steps', '2'], 1, [/never falls: no learning rate/], {
    cwd,
  });
  assert.not(existsSync(join(cwd, 'runs')));
});

test.run();
