// The operator cases of WebNN's baseline, on every device. They lie beside the project; a plain clone has none of them.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { relativeError } from '../../engine/check/samples.ts';
import type { Device } from '../../engine/device.ts';
import type { TypedArray } from '../../engine/dtype.ts';
import { noGrad } from '../../engine/graph.ts';
import { scope } from '../../engine/scope.ts';
import { closeDevices, devices } from '../support/devices.ts';
import { adapter } from './adapter.ts';
import type { Case } from './call.ts';
import { Call } from './call.ts';

const FILE = join('..', 'shared', 'conformance', 'suites', 'webnn.json');

/** Of the largest expected number. */
const TOLERANCE = 1e-5;

interface Exclusion {
  readonly ops: readonly string[];
  readonly why: string;
  /** How many cases. */
  readonly count: number;
  /** Which of an operator's cases; all where it is left out. */
  readonly only?: (one: Case) => boolean;
}

/** What is not run; ARCHITECTURE.md has the same table. */
const excluded: readonly Exclusion[] = [
  { ops: ['cast'], count: 9, why: 'numbers are float or int32' },
  {
    ops: ['scatterElements'],
    count: 1,
    why: 'no device knows whether two indices are the same',
    only: ({ throws }) => throws !== undefined,
  },
  { ops: ['quantizeLinear'], count: 1, why: 'rounds 3/5 to 0', only: ({ id }) => id === 325 },
];

const excludes = ({ ops, only = () => true }: Exclusion, one: Case): boolean =>
  ops.includes(one.op) && only(one);

interface Result {
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** What became of each case on a device: its outputs, or what was thrown. All are under way before the first is read. */
async function runAll(device: Device, cases: readonly Case[]): Promise<Map<number, Result[] | Error>> {
  const found = cases.map(async (one): Promise<[number, Result[] | Error]> => {
    try {
      const outputs = noGrad(() => scope(() => [adapter[one.op](new Call(device, one.args))].flat()));
      const results = outputs.map(async (tensor) => {
        const data = await tensor.read();
        tensor.dispose();
        return { shape: tensor.shape, data };
      });
      return [one.id, await Promise.all(results)];
    } catch (error) {
      return [one.id, error as Error];
    }
  });
  return new Map(await Promise.all(found));
}

if (existsSync(FILE)) {
  const { cases } = JSON.parse(readFileSync(FILE, 'utf8')) as { cases: Case[] };
  const run = cases.filter((one) => !excluded.some((exclusion) => excludes(exclusion, one)));

  for (const device of devices) {
    const results = await runAll(device, run);
    for (const one of run) {
      test(`${one.op} #${one.id} ${one.title} on ${device.kind}`, () => {
        const found = results.get(one.id) ?? [];
        if (found instanceof Error) throw found;
        assert.is(found.length, one.expected.length, 'the number of outputs');
        for (const [i, { shape, data }] of one.expected.entries()) {
          if (shape !== undefined) assert.equal(found[i].shape, shape, `output ${i}: its shape`);
          const error = relativeError(found[i].data, data.map(Number));
          assert.ok(error <= TOLERANCE, `output ${i}: relative error ${error}`);
        }
      });
    }
  }

  test('each case is run, or in the table of those left out', () => {
    assert.is(cases.length, 565);
    for (const exclusion of excluded) {
      assert.is(cases.filter((one) => excludes(exclusion, one)).length, exclusion.count, `${exclusion.ops}`);
    }
    assert.is(run.length, 554);
    assert.equal(Object.keys(adapter).sort(), [...new Set(run.map(({ op }) => op))].sort());
  });
} else {
  console.log(`${FILE} is not there: WebNN's operator cases are not run`);

  test('the adapter names its operators', () => {
    for (const [name, operator] of Object.entries(adapter)) assert.type(operator, 'function', name);
  });
}

test.after(closeDevices);
test.run();
