/** Training and evaluation over data sets. */
export { evaluate } from '../pipeline/evaluate/evaluate.ts';
export { fit } from '../pipeline/train/fit.ts';
