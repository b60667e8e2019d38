// Runs every test file in a process of its own, two at a time, and adds up the counts that uvu prints.
// Arguments pick files whose path contains one of them: `node scripts/test.mjs engine/ops`; with --slowest the twenty that took
// longest are listed at the end.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The longest go first, the longest of all at the head, so that neither of the two has to wait long for the other at the
// end; those of a browser, which wait for it, stand between those that compute. --slowest tells which they are.
const LONG = [
  'docs/commands',
  'engine/tilings',
  'explorer/views',
  'cli/train',
  'explorer/train',
  'oracle/training',
  'engine/ops',
  'library/pack',
  'cli/kernels',
  'browser/chromium',
  'cli/bench',
  'pipeline/node/runs/deviceLoss',
  'pipeline/node/devices/tuning',
  'bench/gpu',
  'engine/longSums',
  'engine/wasm',
  'examples/programs',
  'explorer/ownModel',
  'cli/resume',
  'cli/gradcheck',
  'cli/cache',
  'cli/streams',
  'engine/capture',
];
/** The place of a file in the order. */
const rank = (name) => {
  const place = LONG.findIndex((long) => name.startsWith(`${long}.test.`));
  return place < 0 ? LONG.length : place;
};

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
const picks = words.filter((word) => word !== '--slowest');
const files = readdirSync(join(root, 'build/test'), { recursive: true })
  .filter((name) => name.endsWith('.test.js'))
  .filter((name) => picks.length === 0 || picks.some((pick) => name.includes(pick)))
  .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));

// Where a page of 4 KB costs some 30 µs, as in a virtual machine whose host hands them out one by one, glibc spares them: it
// asks for large pages where it allots much memory (the 47 MB of MNIST take 0.05 s for 0.4 s), and keeps what is freed, of up
// to 32 MB a piece, to give it out again, 4 MB at a time: a test of the engine takes a fifth less. Elsewhere it changes nothing.
const FEWER_PAGES = {
  GLIBC_TUNABLES: [
    'hugetlb=1',
    `mmap_threshold=${2 ** 25}`,
    `trim_threshold=${2 ** 30}`,
    `top_pad=${2 ** 22}`,
  ]
    .map((setting) => `glibc.malloc.${setting}`)
    .join(':'),
};

const count = (output, word) =>
  Number(output.match(new RegExp(`^ {2}${word}: +(\\d+)`, 'm'))?.[1] ?? Number.NaN);

function runFile(name) {
  return new Promise((resolve) => {
    const start = performance.now();
    const child = spawn(process.execPath, ['--enable-source-maps', join('build/test', name)], {
      cwd: root,
      env: { ...FEWER_PAGES, ...process.env, NO_COLOR: '1' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', (code, signal) => {
      const seconds = (performance.now() - start) / 1000;
      const total = count(output, 'Total');
      const passed = count(output, 'Passed');
      const skipped = count(output, 'Skipped');
      // A file that crashed, or that ran no test, has failed once, whatever it counted.
      const broken = Number.isNaN(total) || total === 0 || (code !== 0 && total === passed);
      const failed = (broken ? 1 : 0) + (Number.isNaN(total) ? 0 : total - passed);
      const ok = failed === 0 && code === 0;
      console.log(
        `${ok ? 'ok  ' : 'FAIL'} ${name.replace('.test.js', '')} (${passed || 0} tests, ${seconds.toFixed(1)} s)`,
      );
      // What a file says besides its results, such as which data it did not find.
      const results = /^(•|✘|\s*(Total|Passed|Skipped|Duration): )/;
      const said = output.split('\n').filter((line) => line.trim() !== '' && !results.test(line));
      if (ok) for (const line of said) console.log(`     ${line}`);
      if (!ok) console.log(output + (signal ? `ended by ${signal}\n` : ''));
      resolve({ name, seconds, passed: passed || 0, failed, skipped: skipped || 0 });
    });
  });
}

const queue = [...files];
const results = [];
const lane = async () => {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) results.push(await runFile(next));
};
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));

if (words.includes('--slowest')) {
  const slowest = [...results].sort((a, b) => b.seconds - a.seconds).slice(0, 20);
  for (const { name, seconds } of slowest)
    console.log(`${seconds.toFixed(1).padStart(6)} s  ${name.replace('.test.js', '')}`);
}

const sum = (key) => results.reduce((total, result) => total + result[key], 0);
if (sum('skipped') > 0) console.log(`${sum('skipped')} skipped`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 || results.length === 0 ? 1 : 0;
