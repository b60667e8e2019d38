/** The convolutions of a model and their gradients, beside those of PyTorch. */
import type { Case } from '../kernels/case.ts';
import { modelCases } from '../kernels/modelCases.ts';
import type { KernelTimes } from './kernels.ts';
import { measureKernel } from './kernels.ts';
import type { Part } from './part.ts';
import { ceilingOf, oneLine } from './part.ts';
import type { ConvCase, ConvTime } from './python.ts';
import { startConvs } from './python.ts';
import { modelNamed } from './settings.ts';

export interface ConvsData {
  readonly convs: KernelTimes[];
  torch: ConvTime[];
}

const KERNELS = /conv\d+ (forward|relu forward|relu pool forward|input grad|weight grad)$/;

export const convsPart: Part<ConvsData> = async (context, data) => {
  const { settings } = context;
  const cases = modelCases(modelNamed(settings.deep), settings.largeBatch).flatMap((kase) => {
    const name = kase.name.match(KERNELS)?.[0];
    return name === undefined ? [] : [{ ...kase, name }];
  });
  const torch = await context.torch;
  // It loads while shaders compile, and waits for its cases until nothing else computes.
  const peer = typeof torch === 'string' ? null : startConvs(torch);
  if (peer === null) context.lacks(`PyTorch: ${torch}`);
  else context.onEnd(peer.kill);
  await ceilingOf(context);
  for (const kase of cases) {
    if (context.left() < 0) {
      context.lacks(`${kase.name}: the time was over`);
      continue;
    }
    context.say(kase.name);
    data.convs.push(await measureKernel(context, kase));
  }
  if (peer === null) return;
  context.say('PyTorch');
  try {
    data.torch = await peer.measure(cases.map(conv), Math.max(12, context.left()));
  } catch (error) {
    context.lacks(`PyTorch: ${oneLine(error)}`);
  }
  for (const { name } of cases) {
    const time = data.torch.find((one) => one.name === name);
    if (time === undefined) context.lacks(`PyTorch, ${name}: the time was over`);
    else if ('error' in time) context.lacks(`PyTorch, ${name}: ${time.error}`);
  }
};

function conv({ name, inputs, outputs }: Case): ConvCase {
  const [first, second] = inputs.map(({ shape }) => shape);
  const [made] = outputs.map(({ shape }) => shape);
  const after = { relu: name.includes('relu'), pool: name.includes('pool') };
  if (name.endsWith('input grad')) {
    return { name, kind: 'inputGrad', ...{ y: first, w: second, x: made }, ...after };
  }
  if (name.endsWith('weight grad')) {
    return { name, kind: 'weightGrad', ...{ x: first, y: second, w: made }, ...after };
  }
  return { name, kind: 'forward', ...{ x: first, w: second, y: made }, ...after };
}
