import { augmentations } from '../../pipeline/data/augment.ts';
import { builtInModels, type ModelSpec } from '../../pipeline/model/model.ts';
import type { Settings } from '../../pipeline/train/settings.ts';
import deepSigmoid from './models/deepSigmoid.json' with { type: 'json' };
import noRelu from './models/noRelu.json' with { type: 'json' };
import smallCnn from './models/smallCnn.json' with { type: 'json' };
import smallResnet from './models/smallResnet.json' with { type: 'json' };
import tiny from './models/tiny.json' with { type: 'json' };
import tinyNorm from './models/tinyNorm.json' with { type: 'json' };

/** Where the images of a training come from: MNIST, synthetic letters and digits, or the learner's own pictures. */
export type PresetData = 'mnist' | 'letters' | 'own';

/** A training to begin with, known to work, or to fail in the way that it says. */
export interface Preset {
  /** in the address of the page */
  readonly name: string;
  readonly title: string;
  readonly model: ModelSpec;
  readonly data: PresetData;
  /** training images that are taken of the data, as `--limit` does; all when left out */
  readonly images?: number;
  /** settings that differ from the usual ones */
  readonly settings: Partial<Settings>;
  /** what to see in it */
  readonly see: string;
  /** goes wrong on purpose; otherwise it is known to work */
  readonly fails?: true;
  /** where it comes with weights: `trained/<file>.safetensors`, and the share of MNIST's test images that they read */
  readonly trained?: { readonly file: string; readonly accuracy: number };
}

const { lenet } = builtInModels;

/** Of MNIST, so that an epoch takes a second or less on one thread. */
const someDigits = { data: 'mnist', images: 2000 } as const;
const usual = { epochs: 4, batch: 32, lr: 0.01, drawn: 0.15 } as const;

/** The same few images without augmentation and with it; half of them validate, or their loss would be noise. */
const fewDigits = { model: lenet, data: 'mnist', images: 400 } as const;
const longer = { epochs: 20, batch: 16, lr: 0.002, schedule: 'constant', validation: 0.5 } as const;

/**
 * What the page offers, in that order; it opens with the first. test/explorer/presets.test.ts holds each to what it says,
 * but for the letters, which take too long to write: `train --data synth --synth-count 18 --model lenet --epochs 8
 * --batch 32 --augment light` reads 65.8 % of 62 classes in unseen fonts, and most often takes v for V, P for p, S for 5
 * and O for 0, or the other way round.
 */
export const presets: readonly Preset[] = [
  {
    name: 'tiny',
    title: 'Tiny',
    model: tiny,
    ...someDigits,
    settings: usual,
    see: 'Small enough to see whole: 2,202 numbers, in four filters, eight filters and one linear layer.',
    trained: { file: 'tiny', accuracy: 0.9879 },
  },
  {
    name: 'tiny-norm',
    title: 'Tiny, with batch norm',
    model: tinyNorm,
    ...someDigits,
    settings: usual,
    see: 'What 99.4 % of MNIST takes: 7,000 numbers, in five layers of 3×3 filters with batch norm after each.',
    trained: { file: 'tinyNorm', accuracy: 0.9944 },
  },
  {
    name: 'lenet',
    title: 'LeNet',
    model: lenet,
    ...someDigits,
    settings: { ...usual, lr: 0.003 },
    see: 'Nearly all of its 105,194 weights stand in one linear layer; its filters, which find the strokes, have 3 % of them.',
    trained: { file: 'lenet', accuracy: 0.9939 },
  },
  {
    name: 'dropout',
    title: 'Dropout',
    model: smallCnn,
    ...someDigits,
    settings: { ...usual, lr: 0.003 },
    see: 'Half of the last features are taken away in each step: it reads its training images worse than new ones, which it reads with all of them.',
  },
  {
    name: 'resnet',
    title: 'Small ResNet',
    model: smallResnet,
    ...someDigits,
    settings: { ...usual, lr: 0.02, batch: 16 },
    see: 'Each block adds what it makes to what went in, so that a gradient has a straight way back to the first layer.',
  },
  {
    name: 'letters',
    title: 'Letters',
    model: lenet,
    data: 'letters',
    images: 18 * 62,
    settings: { epochs: 8, batch: 32, augment: augmentations.light },
    see: 'Letters and digits that fonts wrote, tested in fonts that it has never seen: the confusion matrix shows those that look alike.',
  },
  {
    name: 'own',
    title: 'Your own pictures',
    model: lenet,
    data: 'own',
    settings: { epochs: 30, batch: 16, validation: 0.2, augment: augmentations.light },
    see: 'A dozen pictures of each class are enough to begin with: augmentation shows them differently in each epoch.',
  },
  {
    name: 'rate-too-high',
    title: 'Rate too high',
    model: tiny,
    data: 'mnist',
    images: 1000,
    settings: { epochs: 3, batch: 32, lr: 1, schedule: 'constant' },
    see: 'The first step overshoots, and the loss of the second is in the thousands; then every unit is dead, and every digit is read as the same one. Try a rate of 0.01.',
    fails: true,
  },
  {
    name: 'no-relu',
    title: 'No ReLU',
    model: noRelu,
    ...someDigits,
    settings: { epochs: 4, batch: 32, lr: 0.01 },
    see: 'Convolutions, averages and a linear layer with no ReLU between them are one linear map, however many they are: it reads nine of ten digits. With a ReLU before each average it makes about half the mistakes.',
    fails: true,
  },
  {
    name: 'deep-sigmoid',
    title: 'Sigmoid in depth',
    model: deepSigmoid,
    ...someDigits,
    settings: { epochs: 4, batch: 32, lr: 0.03, optimizer: 'sgd', schedule: 'constant' },
    see: 'The slope of a sigmoid is ¼ at most: after five of them hardly anything of the gradient is left for the first filters, and it only guesses. Put ReLU in their place.',
    fails: true,
  },
  {
    name: 'few-images',
    title: 'Few images',
    ...fewDigits,
    settings: longer,
    see: 'It learns 200 images by heart: the training loss falls to 0 while the validation loss rises.',
    fails: true,
  },
  {
    name: 'few-images-augmented',
    title: 'Few images, augmented',
    ...fewDigits,
    settings: { ...longer, augment: augmentations.light },
    see: 'The same 200 images, changed a little each time: it makes little more than half the mistakes.',
  },
];
