import { InkgradError } from './errors.ts';

/** What is asked of numbers and arrays, and never of a promise. */
const asked = ['0', 'length', 'map', 'slice', 'toFixed', Symbol.iterator, Symbol.toPrimitive];

const refuse = (): never => {
  throw new InkgradError(
    'tensor: read(), item() and toArray() give promises; write await x.item(), (await x.read())[0]',
  );
};

/** A promise that says so where it is taken for its value: without `await` there would be undefined or NaN. */
export const promised = <T>(promise: Promise<T>): Promise<T> => Object.setPrototypeOf(promise, withoutAwait);

const withoutAwait = Object.create(
  Promise.prototype,
  Object.fromEntries(asked.map((name) => [name, { get: refuse }])),
);
