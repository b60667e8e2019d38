import * as F from '../../../engine/functional.ts';
import { noGrad } from '../../../engine/graph.ts';
import { scope } from '../../../engine/scope.ts';
import { Tensor } from '../../../engine/tensor.ts';
import type { Network } from '../network.ts';

/** How much the probability of a class falls when a patch of the picture is covered. */
export interface Occlusion {
  readonly width: number;
  readonly height: number;
  /** for each place of the patch: probability of the whole picture − probability with the patch, row by row */
  readonly falls: Float32Array;
  /** side of the patch, and pixels that it moves by */
  readonly patch: number;
  readonly stride: number;
}

const [PATCH, STRIDE] = [6, 2];
const AT_ONCE = 64;

/**
 * Covers the picture with a patch of black, place by place, and sees what the network makes of the rest (Zeiler and Fergus,
 * "Visualizing and understanding convolutional networks", 2014).
 *
 * @param image as the network takes it
 * @param black a picture that is black, likewise
 */
export async function occlusion(
  { rig, plan, device }: Network,
  image: Float32Array,
  black: Float32Array,
  label: number,
): Promise<Occlusion> {
  const [channels, rows, columns] = plan.model.input;
  // The patch's middle goes over the whole picture: at the edges a part of it hangs over.
  const places = (length: number) => Math.floor((length - 1) / STRIDE) + 1;
  const [height, width] = [places(rows), places(columns)];
  const covered = (at: number): Float32Array => {
    const copy = image.slice();
    const top = Math.floor(at / width) * STRIDE - PATCH / 2;
    const left = (at % width) * STRIDE - PATCH / 2;
    for (let c = 0; c < channels; c++)
      for (let i = Math.max(0, top); i < Math.min(rows, top + PATCH); i++)
        for (let j = Math.max(0, left); j < Math.min(columns, left + PATCH); j++) {
          const at = (c * rows + i) * columns + j;
          copy[at] = black[at];
        }
    return copy;
  };
  const pictures = [image, ...Array.from({ length: height * width }, (_, at) => covered(at))];
  const sure: number[] = [];
  for (let from = 0; from < pictures.length; from += AT_ONCE) {
    const some = pictures.slice(from, from + AT_ONCE);
    const together = new Float32Array(some.length * image.length);
    some.forEach((one, i) => {
      together.set(one, i * image.length);
    });
    const training = rig.model.training;
    rig.model.eval();
    const [read] = noGrad(() =>
      scope(() => {
        const logits = rig.model.forward(Tensor.from(device, together, [some.length, ...plan.model.input]));
        return [F.softmax(F.affine(logits, 1 / plan.temperature, 0)).read()];
      }),
    );
    rig.model.train(training);
    const probabilities = await read;
    for (let i = 0; i < some.length; i++) sure.push(probabilities[i * plan.classes.length + label]);
  }
  const [whole, ...others] = sure;
  return {
    width,
    height,
    falls: Float32Array.from(others, (one) => whole - one),
    patch: PATCH,
    stride: STRIDE,
  };
}
