// The way back as steps: each launch is one, in order, with a name for what it makes and the line that asks for it.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice, Random } from '../../../engine/index.ts';
import type { Check } from '../../../explorer/lab/check.ts';
import { agreement, hs, summaryOf, verdictOf } from '../../../explorer/page/backward/errors.ts';
import { histogramOf } from '../../../explorer/page/backward/histogram.ts';
import { groupsOf, lineOf, valueName } from '../../../explorer/page/backward/steps.ts';
import type { OpPages } from '../../../explorer/source/opPage.ts';
import { record } from '../../../explorer/tape/record.ts';
import type { Tape } from '../../../explorer/tape/tape.ts';
import type { ModelSpec } from '../../../pipeline/model/model.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { Rig } from '../../../pipeline/train/rig.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';

const pages = JSON.parse(readFileSync('dist/explorer/opPages.json', 'utf8')) as OpPages;
const random = new Random(5);
const image = Float32Array.from({ length: 784 }, () => random.uniform(-1, 1));
const presets = ['tiny', 'tinyNorm', 'smallResnet', 'deepSigmoid', 'noRelu'];

async function tapeOf(name: string, optimizer: 'adam' | 'sgd' = 'adam'): Promise<Tape> {
  const model = JSON.parse(readFileSync(`explorer/presets/models/${name}.json`, 'utf8')) as ModelSpec;
  const classes = [...'0123456789'];
  const settings = resolveSettings({ seed: 3, optimizer });
  const rig = new Rig(new CpuDevice(), { model, classes, recipe: recipes.mnist, settings });
  try {
    return await record(rig, image, [1, 28, 28], 7);
  } finally {
    rig.dispose();
  }
}

for (const name of presets) {
  test(`${name}: each launch of the way back is a step, and each gradient has its name once`, async () => {
    const tape = await tapeOf(name);
    const groups = groupsOf(tape);
    const backward = groups.filter(({ phase }) => phase === 'backward');
    const launches = backward.flatMap(({ steps }) => steps.map(({ launch }) => launch));
    const expected = [...tape.launches.entries()].filter(([, { phase }]) => phase === 'backward');
    assert.equal(
      launches,
      expected.map(([launch]) => launch),
    );
    // Layer by layer from the loss to the first; what only views does nothing.
    const layers = backward.map(({ layer }) => layer);
    assert.is(layers[0], null);
    assert.is(layers.at(-1), 0);
    assert.equal(
      layers.slice(1),
      [...new Set(layers.slice(1) as number[])].sort((a, b) => b - a),
    );

    const names = backward.flatMap(({ steps }) =>
      steps.flatMap(({ made }) => made.filter(({ isNamed }) => isNamed).map((each) => each.name)),
    );
    assert.equal(names, [...new Set(names)]);
    for (const parameter of tape.layers.flatMap(({ parameters }) => parameters))
      assert.ok(names.includes(`dL/d(${parameter.name})`), parameter.name);
    assert.ok(names.includes('dL/d(logits)'));
    assert.ok(names.includes('dL/d(picture)'));
    assert.is(groups.at(-1)!.phase, 'update');
    assert.equal(
      groups.at(-1)!.steps.map(({ op }) => op),
      ['adamStep'],
    );
  });

  test(`${name}: the code of a gradient asks for the step, in the line that is marked`, async () => {
    const tape = await tapeOf(name);
    for (const { layer, phase, steps } of groupsOf(tape)) {
      if (phase === 'update') continue;
      const asked = steps.filter(({ of, op, nth }) =>
        of.some((each) => {
          const { gradient } = pages[each];
          return 'text' in gradient && lineOf(gradient.text, op, nth) >= 0;
        }),
      );
      const isPlain = layer === null || steps.every(({ of }) => of.length === 1);
      if (isPlain) assert.is(asked.length, steps.length, `layer ${layer}`);
      else if (steps.some(({ of }) => of.length > 0)) assert.ok(asked.length > 0, `layer ${layer}`);
    }
  });
}

test('of two launches of an op the code asks for each in a line of its own', async () => {
  const { text } = pages.linear.gradient as { text: string };
  const lines = text.split('\n');
  assert.match(lines[lineOf(text, 'matmul', 0)], 'needs[0]');
  assert.match(lines[lineOf(text, 'matmul', 1)], 'needs[1]');
  assert.match(lines[lineOf(text, 'sum', 0)], 'needs[2]');
  assert.is(lineOf(text, 'conv2d', 0), -1);
});

test('what a step takes has a name too', async () => {
  const tape = await tapeOf('tiny', 'sgd');
  const groups = groupsOf(tape);
  const taken = (made: string) => {
    const step = groups.flatMap(({ steps }) => steps).find((each) => each.made[0].name === made)!;
    return tape.launches[step.launch].inputs.map((use) => valueName(tape, use));
  };
  assert.equal(taken('dL/d(logits)'), ['the logits', 'the right class', 'dL/dL, which is 1']);
  assert.equal(taken('dL/d(0.weight)'), ['the picture', 'dL/d(output of layer 0)']);
  assert.equal(taken('dL/d(output of layer 2)'), ['dL/d(output of layer 3)', '3.weight']);
  assert.equal(taken('dL/d(output of layer 1)')[1], 'what maxPool2d made forward');
  assert.equal(
    groups.at(-1)!.steps.map(({ op }) => op),
    ['sgdStep'],
  );
});

test('a histogram counts each number once, and 0 in the middle', () => {
  const { most, counts } = histogramOf([0, 0, 0.01, -2, 2, 1.9], 5);
  assert.is(most, 2);
  assert.equal(counts, [1, 0, 3, 0, 2]);
  assert.equal(histogramOf([0, 0], 3).counts, [0, 2, 0]);
  assert.equal(histogramOf([Number.NaN, 1, Number.POSITIVE_INFINITY], 3), { most: 1, counts: [0, 0, 1] });
});

test('two numbers agree in as many digits as they share, and why not is said', () => {
  assert.is(agreement(1, 1), 15);
  assert.is(agreement(1.234, 1.2341), 4);
  assert.is(agreement(1, -1), 0);
  assert.is(agreement(Number.NaN, 1), 0);
  const check = (gradient: number, quotient: number): Check => ({
    ...{ floatType: 'float32', loss: 1, gradient },
    nudges: hs.map((h) => ({ h, up: 1, down: 1, quotient })),
  });
  const said = (float32: Check, float64: Check | null) => verdictOf({ float32, float64 }, 3);
  assert.is(said(check(1, 1.00001), null), 'They agree in 5 digits.');
  assert.match(said(check(1, 1.01), check(1, 1.000001)), 'It is rounding: float64 agrees in 6.');
  assert.match(said(check(1, 1.01), check(1, 1.01)), 'It is no rounding');
  assert.match(said(check(Number.NaN, Number.NaN), null), 'no number any more');
  assert.match(summaryOf(check(1, 1.5)), 'least at h = 0.1: 0.5');
  assert.is(summaryOf(check(Number.NaN, 1)), 'There is no error to show.');
});

test.run();
