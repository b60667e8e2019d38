import type { Device, Operand, Storage } from '../../engine/device.ts';
import type { DType, TypedArray } from '../../engine/dtype.ts';
import type { Tensor } from '../../engine/tensor.ts';
import type { Launched, Phase, Use, Value } from './tape.ts';

/** A value whose numbers are on their way. */
interface Pending {
  readonly dtype: DType;
  readonly data: Promise<TypedArray>;
}

/**
 * Notes every op that a device runs while it is watched, and copies the numbers that go in and come out: a copy is queued
 * between the op and the next one, so that it has what lay there at that moment.
 */
export class Recorder {
  readonly launches: Launched[] = [];
  readonly #values: Pending[] = [];
  /** The newest value in each memory. */
  readonly #newest = new Map<Storage, number>();
  phase: Phase = 'forward';
  layer: number | null = null;

  constructor(readonly device: Device) {}

  /** Runs `body`, which must not be asynchronous, and notes what it has the device do. */
  watch<T>(body: () => T): T {
    const { device } = this;
    const run = device.run;
    device.run = (op, inputs, outputs, attrs) => {
      // What is updated in place is copied before.
      const before = inputs.map((input) => this.#use(input));
      const targets = op.inPlace === undefined ? [] : outputs.map((output) => this.#use(output));
      run.call(device, op, inputs, outputs, attrs);
      this.#note(op, [...before, ...targets], outputs, attrs);
    };
    try {
      return body();
    } finally {
      // The method of the class is there again.
      delete (device as { run?: Device['run'] }).run;
    }
  }

  #note(
    op: { readonly name: string },
    inputs: readonly Use[],
    outputs: readonly Operand[],
    attrs: object,
  ): void {
    const { phase, layer } = this;
    const made = outputs.map((output) => this.#add(output));
    this.launches.push({ op: op.name, attrs, inputs, outputs: made, phase, layer });
  }

  /** A tensor as a value of the tape; its numbers are copied unless an op that was watched has made them. */
  use(tensor: Tensor): Use {
    return this.#use(tensor);
  }

  /** The same for what was written since, such as parameters after a step. */
  again(tensor: Tensor): Use {
    return this.#add(tensor);
  }

  #use(operand: Operand): Use {
    const known = this.#newest.get(operand.storage);
    return known === undefined ? this.#add(operand) : { value: known, shape: [...operand.shape] };
  }

  #add({ dtype, storage, shape }: Operand): Use {
    const value = this.#values.length;
    this.#values.push({ dtype, data: this.device.read(storage) });
    this.#newest.set(storage, value);
    return { value, shape: [...shape] };
  }

  /** All values, when their numbers have arrived. */
  values(): Promise<Value[]> {
    return Promise.all(this.#values.map(async ({ dtype, data }) => ({ dtype, data: await data })));
  }
}
