// The power may be cut at any moment. What a person was told of by then is there when it comes back.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { afterCut, restore } from '../../../../bench/faults/powerCut.ts';
import { type Action, watchDisk } from '../../../../bench/faults/watchedDisk.ts';
import { Random } from '../../../../engine/random.ts';
import { writeDurably } from '../../../../pipeline/node/files/writeFile.ts';
import { readCheckpoint } from '../../../../pipeline/node/runs/checkpointFile.ts';
import { readMetrics } from '../../../../pipeline/node/runs/metrics.ts';
import { readRunData } from '../../../../pipeline/node/runs/runConfig.ts';
import { briefRun, EPOCHS, STEPS_PER_EPOCH } from '../../../support/briefRun.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

/** More of them take some milliseconds each. */
const CUTS = Number(process.env.CUTS ?? 100);

const folders = tempFolders();
test.after(folders.remove);

/** What is done to the disk meanwhile. */
async function watched(body: (folder: string, say: (what: string) => void) => unknown): Promise<Action[]> {
  const { path } = folders.make();
  const disk = watchDisk(path);
  try {
    await body(path, disk.say);
  } finally {
    disk.stop();
  }
  return [...disk.actions];
}

/** The folder as it may be found after each of some cuts, with what was said before. */
function* cutsOf(actions: readonly Action[], many: number) {
  const random = new Random(2026);
  for (let i = 0; i < many; i++) {
    // Right after something was said is the moment that matters most.
    const said = [...actions.keys()].filter((at) => actions[at].kind === 'said');
    const cut = i % 2 === 0 ? random.integer(actions.length + 1) : said[random.integer(said.length)] + 1;
    const { path } = folders.make();
    restore(afterCut(actions, cut, random), path);
    const words = actions.slice(0, cut).flatMap((action) => (action.kind === 'said' ? action.what : []));
    yield { path, words, where: `cut ${i}, before action ${cut}` };
  }
}

test(`a run is as it was told after each of ${CUTS} cuts`, async () => {
  const actions = await watched(async (folder, say) => {
    await briefRun(join(folder, 'runs/deep/run'), {
      onSteps: (records) => say(`step ${records.at(-1)!.step}`),
      onEpoch: (epoch) => say(`epoch ${epoch}`),
    });
    say('test');
  });
  assert.is(actions.filter(({ kind }) => kind === 'rename').length > EPOCHS, true);
  let told = 0;
  for (const { path, words, where } of cutsOf(actions, CUTS)) {
    const run = join(path, 'runs/deep/run');
    const file = (name: string) => join(run, 'checkpoints', `${name}.safetensors`);
    // What has its own name is whole, whether or not it was told of.
    for (const name of ['last', 'best']) if (existsSync(file(name))) readCheckpoint(file(name));
    if (existsSync(join(run, 'config.json'))) assert.ok(readRunData(file('last')), where);

    const epochs = words.filter((word) => word.startsWith('epoch')).length;
    if (words.length === 0) continue;
    told++;
    assert.is(readRunData(file('last'))?.source, 'stripes', where);
    assert.ok(readCheckpoint(file('last')).step >= epochs * STEPS_PER_EPOCH, where);
    assert.equal(readCheckpoint(run).remarks, [], where);
    if (epochs === 0) continue;
    const lines = readMetrics(join(run, 'metrics.jsonl'));
    assert.ok(lines.filter((line) => 'validation' in line).length >= epochs, where);
    assert.ok(lines.filter((line) => 'rate' in line).length >= epochs * STEPS_PER_EPOCH, where);
    if (words.includes('test')) assert.ok('test' in lines.at(-1)!, where);
  }
  assert.ok(told > CUTS / 2, 'most cuts come after something was told');
});

const old = 'old content';
const fresh = 'content that is new';

/** What is found in a file whose new content was told of; undefined where it is not there. */
async function found(write: (path: string) => void): Promise<Set<string | undefined>> {
  const actions = await watched((folder, say) => {
    const path = join(folder, 'file');
    writeDurably(path, old);
    write(path);
    say('written');
  });
  const results = new Set<string | undefined>();
  for (const { path, words } of cutsOf(actions, 60)) {
    const file = join(path, 'file');
    if (words.length > 0) results.add(existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  }
  return results;
}

test('a file that is written durably is there; the test would see one that is not', async () => {
  assert.equal([...(await found((path) => writeDurably(path, fresh)))], [fresh]);
  const renamed = await found((path) => {
    writeFileSync(`${path}.part`, fresh);
    renameSync(`${path}.part`, path);
  });
  assert.ok(renamed.has('') && renamed.has(old) && renamed.has(fresh), 'a rename alone keeps nothing');
  const overwritten = await found((path) => writeFileSync(path, fresh));
  assert.ok(overwritten.size > 1, 'nor does a write');
});

test.run();
