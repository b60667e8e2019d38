// The stages of a picture: what a person sees of them is what the network gets.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { preparePicture } from '../../../pipeline/front/preparePicture.ts';
import { NO_INK, pictureStages } from '../../../pipeline/front/stages.ts';
import { type RgbaImage, toByte } from '../../../pipeline/image/image.ts';
import { prepareStages } from '../../../pipeline/preprocess/prepare.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { BLACK, CLEAR, isSeven, painted, seven, WHITE } from '../../support/drawn.ts';

const isInk = isSeven(120);
const pictures: Readonly<Record<string, RgbaImage>> = {
  plain: seven(120),
  small: seven(28),
  'bright on black': seven(90, WHITE, BLACK),
  'ink on nothing': seven(64, [255, 255, 255, 255], CLEAR),
  'in a frame': painted(120, 120, (x, y) =>
    isInk(x, y) || Math.min(x, y, 119 - x, 119 - y) < 3 ? BLACK : WHITE,
  ),
  'under a shadow': painted(120, 120, (x, y) => {
    const light = isInk(x, y) ? 60 : 230;
    const grey = Math.round(x + y > 130 ? light / 2 : light);
    return [grey, grey, grey];
  }),
  'a character in much paper': painted(1400, 900, (x, y) => (isInk(x - 900, y - 500) ? BLACK : WHITE)),
  white: painted(31, 17, () => WHITE),
  clear: painted(9, 9, () => CLEAR),
  'a single pixel': painted(1, 1, () => BLACK),
  'a row of pixels': painted(40, 1, (x) => (x % 7 === 0 ? BLACK : WHITE)),
};

for (const name of Object.keys(pictures)) {
  test(`the last stage is what the network gets: ${name}`, () => {
    for (const recipe of [recipes.handwriting, recipes.scan, recipes.photo]) {
      const { image, holds } = preparePicture(pictures[name], recipe);
      const stages = pictureStages(pictures[name], recipe);
      const last = stages[stages.length - 1];
      assert.is(last.name, 'prepared');
      assert.equal(Uint8Array.from(last.image.data, toByte), image, recipe.name);
      assert.is(last.parameters.includes(NO_INK), holds === 'none');
      assert.equal(
        stages.slice(0, 3).map((stage) => stage.name),
        ['light', 'ink', 'left out'],
      );
      assert.is(stages.length, holds === 'none' ? 4 : 4 + recipe.steps.length);
      for (const { image } of stages) assert.is(image.data.length, image.width * image.height);
    }
  });
}

test('what is left out is grey, by its kinds, and the character white', () => {
  const [light, ink, left, cut] = pictureStages(pictures['in a frame'], recipes.scan);
  assert.equal(ink.parameters, ['dark ink']);
  assert.equal(left.parameters, ['band 1']);
  const at = (x: number, y: number) => left.image.data[y * 120 + x];
  assert.equal([at(1, 60), at(60, 24), at(60, 60 + 50)], [0.5, 1, 0]);
  assert.is(light.image.data[24 * 120 + 60], 1);
  assert.is(cut.name, 'cut');
  assert.is(Math.min(...cut.image.data), 0);
});

test('a recipe for prepared images has no front', () => {
  const picture = seven(28, WHITE, BLACK);
  assert.equal(pictureStages(picture, recipes.mnist), prepareStages(picture, recipes.mnist));
});

test.run();
