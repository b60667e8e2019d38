import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { tourAction } from '../../../explorer/tour/action.ts';

const fits = (value: unknown): boolean => v.is(tourAction, value);

test('an action says as much as it wants to', () => {
  const actions = [
    {},
    {
      view: 'forward',
      draw: '7',
      preset: 'tiny',
      layer: 0,
      cell: [0, 12, 9],
      animate: true,
      highlight: 'kernel',
    },
    { view: 'backward', layer: 3, parameter: 'weight', cell: [0, 1, 2, 3], highlight: 'check' },
    { op: 'softmax', cell: [7] },
  ];
  for (const action of actions) assert.ok(fits(action), JSON.stringify(action));
});

test('what cannot be is refused', () => {
  const actions = [
    { veiw: 'forward' },
    { view: 'sideways' },
    { preset: 'alexnet' },
    { draw: '77' },
    { draw: 7 },
    { layer: -1 },
    { layer: 1.5 },
    { layer: 0, cell: [] },
    { layer: 0, cell: [0, 0, 0, 0, 0] },
    { layer: 0, op: 'softmax' },
    { parameter: 'weight' },
    { cell: [1, 2, 3] },
    { animate: 'yes' },
    { highlight: 'everything' },
  ];
  for (const action of actions) assert.not.ok(fits(action), JSON.stringify(action));
});

test.run();
