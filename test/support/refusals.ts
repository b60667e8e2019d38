import { ShapeError } from '../../engine/errors.ts';
import type { ListedOp } from '../../engine/op.ts';
import { mutantsOf } from './mutants.ts';

/** What a shape rule refuses among all that almost fits. */
export interface Refusals {
  /** What it says, word for word; of messages that differ in their numbers alone the first. */
  readonly messages: readonly string[];
  /** Of each refusal the lines of this bundle, from the caller down to the throw. */
  readonly traces: readonly (readonly number[])[];
}

const withoutNumbers = (message: string) =>
  message.replace(/\[[^\]]*\]/g, '[]').replace(/-?\d+(\.\d+)?|NaN/g, '0');

export function refusalsOf(op: ListedOp): Refusals {
  const messages = new Map<string, string>();
  const traces = new Map<string, readonly number[]>();
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_error, calls) => calls.map((call) => call.getLineNumber() ?? 0).reverse();
  for (const sample of op.samples) {
    for (const { inputs, attrs } of mutantsOf(sample)) {
      try {
        op.infer(inputs, attrs);
      } catch (error) {
        if (error instanceof ShapeError) {
          const { message, stack } = error as { message: string; stack: unknown };
          const key = withoutNumbers(message);
          if (!messages.has(key)) messages.set(key, message);
          traces.set(String(stack), stack as readonly number[]);
        } else if (inputs.length === sample.inputs.length) {
          Error.prepareStackTrace = prepareStackTrace;
          throw error;
        }
      }
    }
  }
  Error.prepareStackTrace = prepareStackTrace;
  return { messages: [...messages.values()], traces: [...traces.values()] };
}
