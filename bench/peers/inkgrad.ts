import type { Device } from '../../engine/device.ts';
import { WasmDevice } from '../../engine/devices/wasm/device.ts';
import { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { tune } from '../../engine/devices/webgpu/tuner.ts';
import type { DeviceName } from '../../pipeline/node/devices/deviceNames.ts';
import { openDevice } from '../../pipeline/node/devices/devices.ts';
import { keepTilings, recallTilings } from '../../pipeline/node/devices/tuning.ts';
import { findModel } from '../../pipeline/node/model/findModel.ts';
import { version } from '../../report/version.ts';
import { FixedBatch } from '../fixedBatch.ts';
import { checkParameters } from './network.mjs';
import { cpuAdapter, serve } from './protocol.mjs';

/** inkgrad itself, as a worker among the peers. */
serve(async ({ model: name, batch, training, backend, threads }) => {
  const device = await openDevice(backend as DeviceName, { threads });
  const work = new FixedBatch(device, findModel(name), batch, training);
  const parameters = [...work.model.parameters().values()];
  checkParameters(
    name,
    parameters.map(({ shape }) => shape),
  );
  if (device instanceof WebGpuDevice) {
    recallTilings(device);
    const fresh = await Promise.all(parameters.map((parameter) => parameter.read()));
    const state = await work.optimizer.snapshot();
    if ((await tune(device, work.capture)) > 0) keepTilings(device);
    work.optimizer.restore(state);
    parameters.forEach((parameter, i) => {
      parameter.write(fresh[i]);
    });
  }
  await work.step();

  return {
    name: `inkgrad-${device.kind}`,
    version,
    adapter: adapterOf(device),
    run: (steps) => work.run(steps),
  };
});

const adapterOf = (device: Device): string =>
  device instanceof WebGpuDevice
    ? device.adapter
    : cpuAdapter(device instanceof WasmDevice ? device.team.threads : 1);
