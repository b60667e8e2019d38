// The programs of examples/ pass strict checks against the declarations of the package, as an editor checks them.
import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

test('examples: the types are right', () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'examples/tsconfig.json'],
    { encoding: 'utf8' },
  );
  assert.is(stdout, '');
  assert.is(status, 0);
});

test.run();
