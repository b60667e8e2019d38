import { backward } from '../../engine/autograd.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { Context } from '../../engine/nn/index.ts';
import { Adam } from '../../engine/optim/index.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { openDevice } from '../../pipeline/devices.ts';
import { build, findModel } from '../../pipeline/model.ts';
import { checkParameters, crossEntropy, syntheticBatch } from './network.mjs';
import { serve } from './protocol.mjs';

/** inkgrad itself, as a worker among the peers. */
serve(async ({ model: name, batch, training, backend }) => {
  const device = await openDevice(backend === 'webgpu' ? 'webgpu' : 'cpu');
  const context = new Context(device, 1);
  const model = build(findModel(name), 10, context);
  model.train(training);
  const parameters = [...model.parameters().values()];
  checkParameters(
    name,
    parameters.map(({ shape }) => shape),
  );
  const optimizer = new Adam(parameters, { rate: 0.001 });
  const { images, labels } = syntheticBatch(batch);
  const x = Tensor.from(device, images, [batch, 1, 28, 28]);
  const y = Tensor.from(device, labels);

  const train = () =>
    scope(() => {
      context.setStep(optimizer.steps);
      const loss = F.crossEntropy(model.forward(x), y);
      backward(loss);
      optimizer.step();
      optimizer.zeroGrad();
      return loss;
    });
  const infer = () => noGrad(() => scope(() => model.forward(x)));

  return {
    name: `inkgrad-${device.kind}`,
    version: '0.1.0',
    adapter: device.kind === 'cpu' ? 'cpu, 1 thread' : device.adapter,
    async run(steps) {
      const step = training ? train : infer;
      for (let i = 1; i < steps; i++) step().dispose();
      const last = step();
      const values = Float32Array.from(await last.read());
      last.dispose();
      return training ? values[0] : crossEntropy(values, labels);
    },
  };
});
