// A case of the suite, and one use of its operator: arguments as plain data, made into tensors on a device.
import type { Device } from '../../engine/device.ts';
import type { Shape } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';

/** A number of the suite: the special ones come as text. */
export type Plain = number | string;

interface Given {
  readonly tensor: { readonly shape: readonly number[]; readonly data: readonly Plain[] };
}

/** A case of the suite, as far as it is read here. */
export interface Case {
  readonly id: number;
  readonly title: string;
  readonly op: string;
  readonly args: readonly unknown[];
  /** What is said where the call must fail; there is nothing expected then. */
  readonly throws?: string;
  readonly expected: readonly { readonly shape?: readonly number[]; readonly data: readonly Plain[] }[];
}

const isGiven = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && 'tensor' in value;

export interface Numbers {
  readonly shape: Shape;
  readonly data: readonly number[];
}

export function numbersOf(value: unknown): Numbers {
  if (!isGiven(value)) throw new Error(`no tensor: ${JSON.stringify(value)}`);
  return { shape: value.tensor.shape, data: value.tensor.data.map(Number) };
}

/** One use of an operator: its tensors on a device; the options are the last of its arguments. */
export class Call {
  readonly options: Readonly<Record<string, unknown>>;

  constructor(
    readonly device: Device,
    readonly args: readonly unknown[],
  ) {
    const last = args.at(-1);
    const hasOptions = typeof last === 'object' && last !== null && !Array.isArray(last) && !isGiven(last);
    this.options = hasOptions ? (last as Record<string, unknown>) : {};
  }

  on(value: unknown): Tensor {
    const { data, shape } = numbersOf(value);
    return Tensor.from(this.device, data, shape);
  }

  tensor(index: number): Tensor {
    return this.on(this.args[index]);
  }

  /** int32 */
  indices(index: number): Tensor {
    const { data, shape } = numbersOf(this.args[index]);
    return Tensor.from(this.device, Int32Array.from(data), shape);
  }

  numbers(index: number): number[] {
    return this.args[index] as number[];
  }

  /** A tensor among the options. */
  optional(name: string): Tensor | null {
    return this.options[name] === undefined ? null : this.on(this.options[name]);
  }

  option<T>(name: string, otherwise: T): T {
    return (this.options[name] ?? otherwise) as T;
  }
}
