// An op of one's own, which snake.mjs defines: its gradient is tested, and a network learns with it.
// node examples/own-op.mjs
import { backward, CpuDevice, F, grad, nn, optim, Tensor } from 'inkgrad';
import { snake } from './snake.mjs';

// The gradient, held to differences in float64: (f(x + h) − f(x − h)) / 2h.
const exact = new CpuDevice({ floatType: 'float64' });
const points = Tensor.from(exact, [-2, -0.5, 0, 1, 3]).trained();
const [slopes] = grad(F.sum(snake(points)), [points]);
const h = 1e-5;
const differences = F.div(F.sub(snake(F.add(points, h)), snake(F.sub(points, h))), 2 * h);
const error = await F.max(F.abs(F.sub(slopes, differences))).item();
console.log(`gradient and differences are ${error.toExponential(0)} apart`);

// In a network: a function of tensors is a layer. It learns a wave, and goes on with it where it has seen nothing.
const wave = (/** @type {Tensor} */ x) => F.sin(F.mul(x, 2));
const line = (/** @type {number} */ from, /** @type {number} */ to) =>
  Tensor.from(Array.from({ length: 64 }, (_, i) => [from + ((to - from) * i) / 63]));
const model = new nn.Sequential(new nn.Linear(1, 32), snake, new nn.Linear(32, 1));
const loss = (/** @type {Tensor} */ x) => F.mean(F.power(F.sub(model.forward(x), wave(x)), 2));
const adam = new optim.Adam(model.parameters(), { lr: 0.02 });
const [seen, beyond] = [line(-4, 4), line(4, 5)];
for (let step = 0; step < 1000; step++) {
  backward(loss(seen));
  adam.step();
  adam.zeroGrad();
}
console.log(`loss ${(await loss(seen).item()).toFixed(5)}, beyond ${(await loss(beyond).item()).toFixed(5)}`);
