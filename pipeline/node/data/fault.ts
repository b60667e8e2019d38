import { type Fault, PipelineError } from '../../faults.ts';

/** What becomes of a fault in a list of images without which the rest of it could be had. */
export type OnFault = (message: string, code: Fault) => void;

/** Training wants a list without any: the first is an error. */
export const refuse: OnFault = (message, code) => {
  throw new PipelineError(message, code);
};
