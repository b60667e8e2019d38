// The gradient of the input: which pixels make a network say what it says? And how little makes it say something else?
// node examples/input-gradient.mjs [index = 0, of MNIST's 10000 test images]
import { readFile } from 'node:fs/promises';
import { F, grad, Tensor } from 'inkgrad';
import { loadModel } from 'inkgrad/models';
import { mnist } from './mnist.mjs';

const [index = 0] = process.argv.slice(2).map(Number);
const [width, height] = [28, 28];
const model = await loadModel(await readFile(new URL('digits.safetensors', import.meta.url)));
const { images } = await mnist('t10k', index + 1);
const data = await F.gather(images, [index]).read();

const { label, probability } = await model.predict({ width, height, data }, { prepared: true });
const x = model.tensor({ width, height, data }, { prepared: true }).trained();
const labels = Tensor.from(Int32Array.of(model.classes.indexOf(label)));
// The loss is −ln(probability of the label): ink where its slope is below 0 makes the label more probable.
const [gradient] = grad(F.crossEntropy(model.model.forward(x), labels), [x]);
const slopes = await gradient.read();
const steepest = Math.max(...slopes.map(Math.abs));

/** Rows of characters. @param {(pixel: number) => string} shown */
const draw = (shown) =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, column) => shown(y * width + column)).join(''),
  );
const digit = draw((pixel) => ' .:*#@'[Math.round(data[pixel] * 5)]);
const speaks = draw((pixel) =>
  slopes[pixel] < -steepest / 5 ? '+' : slopes[pixel] > steepest / 5 ? '-' : ' ',
);
console.log(`reads ${label}, ${percent(probability)}; ink at + speaks for it, and at - against it:`);
digit.forEach((row, y) => {
  console.log(row + speaks[y]);
});

// Each pixel a little in the direction in which the loss grows (Goodfellow, Shlens and Szegedy, 2015).
for (const step of [0.1, 0.2, 0.3]) {
  const moved = data.map((ink, pixel) => Math.min(1, Math.max(0, ink + step * Math.sign(slopes[pixel]))));
  const now = await model.predict({ width, height, data: moved }, { prepared: true });
  console.log(`pixels changed by ${step}: reads ${now.label}, ${percent(now.probability)}`);
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}
