// x.grad is a tensor, or says why there is none.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../../engine/autograd.ts';
import { InkgradError } from '../../../engine/errors.ts';
import * as F from '../../../engine/functional.ts';
import { Tensor } from '../../../engine/tensor.ts';
import { assertThrows } from '../../support/compare.ts';

test('a gradient is a tensor, without a question whether it is there', async () => {
  const x = Tensor.from([1, 2, 3]).trained();
  assert.is(x.hasGrad, false);
  backward(F.sum(F.mul(x, x)));
  assert.is(x.hasGrad, true);
  const gradient: Tensor = x.grad;
  assert.equal(await gradient.toArray(), [2, 4, 6]);
  x.grad = null;
  assert.is(x.hasGrad, false);
  x.grad = gradient;
  assert.is(x.grad, gradient);
});

const x = Tensor.from([1, 2]).trained();
const computed = F.mul(x, 2);
const freed = Tensor.from([1, 2, 3]).trained();
freed.dispose();

for (const [tensor, message] of [
  [x, 'grad: [2] has no gradient yet; call backward(loss) before, and zeroGrad() after'],
  [
    Tensor.from([[1], [2]]),
    'grad: [2,1] is not trained; call trained() on it before it is used, then backward(loss)',
  ],
  [
    computed,
    /^grad: \[2\] was computed by \w+, and backward\(\) fills trained leaves alone; use grad\(loss, \[x\]\)$/,
  ],
  [freed, 'grad: [3] was freed, and its gradient too; keep() it'],
] as const) {
  test(`${message}`, () => {
    assert.instance(
      assertThrows(() => tensor.grad, message),
      InkgradError,
    );
    assert.is(tensor.hasGrad, false);
  });
}

test.run();
