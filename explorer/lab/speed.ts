import { Random } from '../../engine/random.ts';
import type { Dataset } from '../../pipeline/data/dataset.ts';
import { evaluate } from '../../pipeline/evaluate/evaluate.ts';
import { formOf } from '../../pipeline/image/image.ts';
import type { Network } from './network.ts';

/** Images of noise that are read in one go, and milliseconds for which this is repeated. */
const [IMAGES, LEAST] = [256, 300];

/** Images per second that the network reads on its device; the first round, in which kernels are made, is not counted. */
export async function speed({ rig, plan, device }: Network): Promise<number> {
  const random = new Random(1);
  const pixels = Uint8Array.from({ length: IMAGES * plan.model.input.reduce((a, b) => a * b) }, () =>
    random.integer(256),
  );
  const labels = new Int32Array(IMAGES);
  const noise: Dataset = {
    name: 'noise',
    classes: plan.classes,
    ...formOf(plan.recipe),
    images: pixels,
    labels,
  };
  const round = () => evaluate(rig.model, device, noise, plan.recipe);
  await round();
  const start = performance.now();
  let rounds = 0;
  do {
    await round();
    rounds++;
  } while (performance.now() - start < LEAST);
  return (1000 * rounds * IMAGES) / (performance.now() - start);
}
