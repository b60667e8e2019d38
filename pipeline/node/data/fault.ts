import { InkgradError } from '../../../engine/errors.ts';

/** What becomes of a fault in a list of images without which the rest of it could be had. */
export type OnFault = (message: string) => void;

/** Training wants a list without any: the first is an error. */
export const refuse: OnFault = (message) => {
  throw new InkgradError(message);
};
