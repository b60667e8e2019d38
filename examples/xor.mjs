import { backward, F, nn, optim, Tensor } from 'inkgrad';

const x = Tensor.from([[0, 0], [0, 1], [1, 0], [1, 1]]);
const y = Tensor.from([[0], [1], [1], [0]]);
const model = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
const adam = new optim.Adam(model.parameters(), { lr: 0.05 });
for (let step = 0; step < 100; step++) {
  const loss = F.mean(F.power(F.sub(model.forward(x), y), 2));
  backward(loss);
  adam.step();
  adam.zeroGrad();
}
console.log(model.forward(x));
