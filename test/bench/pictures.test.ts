// The pictures of `bench pictures`, and what is reported of them. How well a real model reads is no part of it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Cell, type Character, drawCell, pixelsOf, randomOf } from '../../bench/pictures/cell.ts';
import { allCells, cellsWith, plain } from '../../bench/pictures/cells.ts';
import { charactersOf, isSame, syntheticLetters } from '../../bench/pictures/characters.ts';
import { inkMask } from '../../bench/pictures/ink.ts';
import { readerOf } from '../../bench/pictures/read.ts';
import * as report from '../../bench/pictures/report.ts';
import { benchPictures, countOf } from '../../bench/pictures/run.ts';
import { exampleSheet, fileName, misreadSheet } from '../../bench/pictures/sheets.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { Context } from '../../engine/nn/index.ts';
import { fill } from '../../pipeline/draw/fill.ts';
import type { GrayImage, RgbaImage } from '../../pipeline/image/image.ts';
import { build, parseModel } from '../../pipeline/model/model.ts';
import { labelTypeface } from '../../pipeline/node/draw/labelTypeface.ts';
import { Predictor } from '../../pipeline/predict/predict.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';

/** A polygon in 28×28 pixels, as MNIST has its digits. */
const drawn = (...points: number[]): GrayImage => fill([Float64Array.from(points)], 28, 28);

const one: Character = { label: '1', drawing: drawn(12, 4, 15.5, 4, 15.5, 24, 12, 24) };
const seven: Character = { label: '7', drawing: drawn(7, 4, 21, 4, 21, 8, 13, 24, 9, 24, 16, 8, 7, 8) };
const characters = (index: number): Character => (index % 2 === 0 ? one : seven);

/** What takes seconds to draw is left out where all are drawn. */
const small = allCells.filter((cell) => pixelsOf(cell) < 3e6);

const draw = (cell: Cell, character: Character, index = 0, seed = 1): RgbaImage =>
  drawCell(cell, character, randomOf(cell, index, seed));

/** Pixels in which two pictures of one size clearly differ, in a colour or in what is clear. */
function differences(a: RgbaImage, b: RgbaImage): number {
  let count = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    count += +[0, 1, 2, 3].some((c) => Math.abs(a.data[at + c] - b.data[at + c]) > 16);
  }
  return count;
}

test('names of cells and of their files are their own', () => {
  assert.is(new Set(allCells.map(({ name }) => name)).size, allCells.length);
  assert.is(new Set(allCells.map(fileName)).size, allCells.length);
  assert.ok(allCells.every((cell) => /^[a-z0-9-]+$/.test(fileName(cell))));
  assert.is(allCells[0], plain);
});

test('a cell draws the same picture for the same seed, with ink in it', () => {
  for (const cell of small) {
    const image = draw(cell, seven);
    assert.is(image.width * image.height, pixelsOf(cell), cell.name);
    assert.equal(draw(cell, seven).data, image.data, cell.name);
    // All but the character stays, so that what differs is ink.
    const ink = differences(image, draw(cell, one));
    assert.ok(ink > 10, `${cell.name}: ${ink} pixels of ink`);
  }
});

test('another seed and another number draw another picture', () => {
  for (const cell of [plain, ...cellsWith('shade'), ...cellsWith('frame')]) {
    const { data } = draw(cell, seven);
    assert.not.equal(draw(cell, seven, 1).data, data, cell.name);
    assert.not.equal(draw(cell, seven, 0, 2).data, data, cell.name);
  }
});

test('cells are picked by name and group, plain with them', () => {
  assert.equal(
    cellsWith('VIGNETTE').map(({ name }) => name),
    ['plain', 'vignette'],
  );
  assert.ok(cellsWith('cell lines').length > 8);
  assert.is(cellsWith('').length, allCells.length);
  assert.throws(() => cellsWith('xyzzy'), /no cell with that in its name; its groups are reference, shade/);
});

test('of large pictures there are fewer', () => {
  const named = (name: string) => allCells.find((cell) => cell.name === name)!;
  assert.is(countOf(plain, 100), 100);
  assert.is(countOf(named('4 megapixels'), 100), 25);
  assert.is(countOf(named('48 megapixels'), 100), 3);
  assert.is(countOf(named('48 megapixels'), 1), 1);
});

test('ink is as long as it should be, with the stroke that is asked for', () => {
  const upright = { slant: 0, turn: 0 };
  for (const length of [20, 100, 300]) {
    const { width, height } = inkMask(one.drawing, { ...upright, length });
    assert.ok(Math.abs(height - length) <= 0.05 * length, `${height} for ${length}`);
    assert.ok(width > 0.1 * length && width < 0.25 * length, `${width} for ${length}`);
  }
  for (const stroke of [1, 4, 25]) {
    const { width, height, data } = inkMask(one.drawing, { ...upright, length: 100, stroke });
    const row = data.subarray(Math.floor(height / 2) * width, (Math.floor(height / 2) + 1) * width);
    const covered = row.reduce((sum, share) => sum + share, 0);
    assert.ok(Math.abs(covered - stroke) < 1, `${covered} for ${stroke}`);
  }
  const slanted = inkMask(one.drawing, { length: 100, slant: 20, turn: 0 });
  const wider = slanted.width - inkMask(one.drawing, { ...upright, length: 100 }).width;
  assert.ok(Math.abs(wider - 100 * Math.tan((20 * Math.PI) / 180)) < 5, `wider by ${wider}`);
  const turned = inkMask(one.drawing, { length: 100, slant: 0, turn: 90 });
  assert.ok(turned.width > 3 * turned.height);
});

test('letters are drawn of the classes in turn, and those that look alike count as the same', () => {
  const letters = syntheticLetters(['A', 'b', '7'], 1);
  assert.equal(
    [0, 1, 2, 3].map((i) => letters(i).label),
    ['A', 'b', '7', 'A'],
  );
  assert.equal(letters(3).drawing, letters(3).drawing);
  assert.not.equal(letters(0).drawing, letters(3).drawing);
  assert.ok(differences(draw(plain, letters(0)), draw(plain, letters(1))) > 500);
  assert.ok(isSame('C', 'c') && isSame('0', 'O') && isSame('l', '1'));
  assert.not.ok(isSame('C', 'G') || isSame('A', 'a'));
});

test('images of a data set come in a random order, each once', () => {
  const labels = Int32Array.from({ length: 6 }, (_, i) => i);
  const images = Uint8Array.from({ length: 24 }, (_, at) => Math.floor(at / 4));
  const dataset = { name: 'd', classes: [...'abcdef'], size: 2, images, labels };
  const list = Array.from({ length: 6 }, (_, i) => charactersOf(dataset, 1)(i));
  assert.is(new Set(list.map(({ label }) => label)).size, 6);
  for (const { label, drawing } of list) {
    assert.ok(Math.abs(drawing.data[0] - 'abcdef'.indexOf(label) / 255) < 1e-6);
  }
});

const device = new CpuDevice();
const spec = parseModel(
  {
    name: 'tiny',
    input: [1, 28, 28],
    layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }],
  },
  'test',
);

/** A model that knows nothing. */
function untrained(): Predictor {
  const classes = ['1', '7'];
  const zeros = (...shape: number[]) => ({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) });
  const names = [...build(spec, classes.length, new Context(device, 0)).state().keys()];
  const weights = new Map(names.map((name) => [name, /bias/.test(name) ? zeros(2) : zeros(2, 28 * 28)]));
  return new Predictor(device, {
    ...{ model: spec, classes, recipe: recipes.mnist, step: 0, weights, certainty: { temperature: 1 } },
    path: 'tiny.safetensors',
  });
}

const bench = { run: 'runs/tiny', characters: 'strokes', character: characters, count: 4, seed: 1 };

test('a report has each cell with what was misread, and its tables', async () => {
  const cells = cellsWith('shade');
  const progress: number[] = [];
  const read = readerOf(untrained());
  const onProgress = (done: number) => progress.push(done);
  const measured = await benchPictures({ ...bench, cells, read, onProgress });
  assert.equal(Object.keys(measured), [
    ...['machine', 'run', 'characters', 'count', 'seed', 'cells', 'seconds'],
  ]);
  assert.is(progress.at(-1), 4 * cells.length);
  for (const [i, result] of measured.cells.entries()) {
    assert.equal([result.cell, result.group], [cells[i].name, cells[i].group]);
    assert.equal([result.pictures, result.pixels, result.refused], [4, 280 * 280, 0]);
    assert.is(result.right + result.misread.length, 4);
    // It always says the first of its classes.
    assert.equal(
      result.misread.map(({ index, label, read }) => [index, label, read]),
      [
        [1, '7', '1'],
        [3, '7', '1'],
      ],
    );
    assert.ok(result.drawMs > 0 && result.readMs > 0);
  }
  assert.equal(report.cells(measured)[1], ['gradient', '4', '50.0 %', '0.0', '0.0 %']);
  assert.match(report.markdown(measured), /## shade\n\n\| cell/);
});

test('what is refused is not read right', async () => {
  const read = async (pictures: Iterable<RgbaImage>) =>
    Array.from(pictures, (_, i) => (i === 0 ? { label: '1' } : { refused: 'no ink' }));
  const measured = await benchPictures({ ...bench, cells: [plain], read });
  const [{ right, refused, misread }] = measured.cells;
  assert.equal([right, refused, misread[0].read], [1, 3, null]);
  assert.is(report.points(-0.0123), '−1.2');
  assert.is(report.points(0.0004), '0.0');
});

test('sheets show examples, and what was misread', async () => {
  const typeface = labelTypeface();
  const read = readerOf(untrained());
  const cells = cellsWith('on clear');
  const drawing = { character: characters, seed: 1 };
  assert.ok(exampleSheet(cells, drawing, typeface).height > 4 * 112);
  const measured = await benchPictures({ ...bench, cells, read });
  const sheet = await misreadSheet(cells[1], measured.cells[1], drawing, read, typeface);
  assert.ok(sheet!.width > 2 * 112 && sheet!.height > 2 * 112);
  const none = await misreadSheet(cells[1], { ...measured.cells[1], misread: [] }, drawing, read, typeface);
  assert.is(none, undefined);
});

test.run();
