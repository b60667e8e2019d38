import { backward } from '../../engine/autograd.ts';
import type { Device } from '../../engine/device.ts';
import { WasmDevice } from '../../engine/devices/wasm/device.ts';
import { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { tune } from '../../engine/devices/webgpu/tuner.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { Context } from '../../engine/nn/index.ts';
import { Adam } from '../../engine/optim/index.ts';
import { Tensor } from '../../engine/tensor.ts';
import { build } from '../../pipeline/model/model.ts';
import type { DeviceName } from '../../pipeline/node/devices/devices.ts';
import { openDevice } from '../../pipeline/node/devices/devices.ts';
import { keepTilings, recallTilings } from '../../pipeline/node/devices/tuning.ts';
import { findModel } from '../../pipeline/node/model/findModel.ts';
import { checkParameters, crossEntropy, syntheticBatch } from './network.mjs';
import { cpuAdapter, serve } from './protocol.mjs';

/** inkgrad itself, as a worker among the peers. */
serve(async ({ model: name, batch, training, backend, threads }) => {
  const device = await openDevice(backend as DeviceName, { threads });
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

  const train = (): Tensor[] => {
    const losses = F.crossEntropy(model.forward(x), y, { reduction: 'none' });
    backward(losses, { gradOutput: F.fill(device, [batch], 1 / batch) });
    optimizer.apply();
    optimizer.zeroGrad();
    return [losses];
  };
  const infer = (): Tensor[] => noGrad(() => [model.forward(x)]);
  const capture = () => device.capture(training ? train : infer);
  if (device instanceof WebGpuDevice) {
    recallTilings(device);
    const fresh = await Promise.all(parameters.map((parameter) => parameter.read()));
    const state = await optimizer.snapshot();
    if ((await tune(device, capture)) > 0) keepTilings(device);
    optimizer.restore(state);
    parameters.forEach((parameter, i) => {
      parameter.write(fresh[i]);
    });
  }
  const step = await capture();

  return {
    name: `inkgrad-${device.kind}`,
    version: '0.1.0',
    adapter: adapterOf(device),
    async run(steps) {
      for (let i = 0; i < steps; i++) {
        if (training) {
          context.setStep(optimizer.steps);
          optimizer.advance();
        }
        step.run();
      }
      const values = Float32Array.from(await step.outputs[0].read());
      return training ? values.reduce((sum, loss) => sum + loss, 0) / batch : crossEntropy(values, labels);
    },
  };
});

const adapterOf = (device: Device): string =>
  device instanceof WebGpuDevice
    ? device.adapter
    : cpuAdapter(device instanceof WasmDevice ? device.team.threads : 1);
