// Fine-tuning: a network that reads digits learns one's own letters, of which there are only a few pictures.
// node examples/fine-tune.mjs [a folder with a folder of PNG files for each letter] [file for the new network]
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { openDevice } from 'inkgrad';
import { loadModel } from 'inkgrad/models';
import { evaluate, train } from 'inkgrad/train';
import { drawLetters } from './letters.mjs';

/** @typedef {{ label: string, image: import('inkgrad/vision').ImageLike }} Labelled */

/** The pictures FOLDER/LETTER/*.png. @param {string} folder @returns {Promise<Labelled[]>} */
async function picturesIn(folder) {
  const { PNG } = await import('pngjs'); // npm i pngjs
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.png')).sort();
  const read = async (/** @type {string} */ name) => PNG.sync.read(await readFile(`${folder}/${name}`));
  return Promise.all(names.map(async (name) => ({ label: name.split(/[/\\]/)[0], image: await read(name) })));
}

const [folder, file] = process.argv.slice(2);
/** @type {Labelled[]} */
const all = folder === undefined ? drawLetters(10, 1) : await picturesIn(folder);
const device = await openDevice();
const digits = await loadModel(await readFile(new URL('digits.safetensors', import.meta.url)), { device });

/** Every second picture, prepared as the digits were. @param {number} first */
const half = (first) => {
  const some = all.filter((_, i) => i % 2 === first);
  return {
    images: some.map(({ image }) => image),
    labels: some.map(({ label }) => label),
    recipe: digits.recipe,
  };
};
const [seen, unseen] = [half(0), half(1)];

/** What a network reads of the other pictures after eight epochs. @param {import('inkgrad/train').TrainOptions} options */
async function trained(options) {
  const { model } = await train({
    ...seen,
    epochs: 8,
    batch: 10,
    lr: 0.01,
    validation: 0,
    device,
    ...options,
  });
  const { accuracy } = await evaluate(model, unseen);
  return { model, reads: `${(100 * accuracy).toFixed(0)} % of ${unseen.labels.length} other pictures` };
}

// Layers that are frozen stay as they are: they find strokes, and letters are made of such too. The last layer, which told
// digits apart, begins anew.
const { model, reads } = await trained({ model: digits, freeze: digits.spec.layers.length - 1 });
console.log(`from the digits: reads ${reads}`);
console.log(`from nothing: reads ${(await trained({ model: digits.spec })).reads}`);
if (file !== undefined) await writeFile(file, await model.save()); // for loadModel, or inkgrad predict
