/** What any op reads for one of its numbers, found by watching its definition. */

import type { TypedArray } from '../../engine/dtype.ts';
import type { Op } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import type { Explainer, Numbers } from './explanation.ts';
import { digits, formula, single } from './written.ts';

/** Told of each element that is read or written. */
interface Listener {
  read(at: number): void;
  wrote(at: number): void;
}

/**
 * A typed array that tells what is done with it. Its methods, `fill`, `set`, `every` and so on, go element by element
 * through the same ears; a part of it, `subarray`, is heard too.
 */
function heard(data: TypedArray, listener: Listener, start = 0): TypedArray {
  const own: Record<string, unknown> = {
    set: (source: ArrayLike<number>, offset = 0) => {
      for (let i = 0; i < source.length; i++) proxy[offset + i] = source[i];
    },
    subarray: (from = 0, to = data.length) => heard(data.subarray(from, to), listener, start + from),
  };
  const proxy: TypedArray = new Proxy(data, {
    get(_data, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) {
        listener.read(start + Number(key));
        return data[Number(key)];
      }
      if (key === 'length') return data.length;
      if (typeof key === 'string' && key in own) return own[key];
      const method = Reflect.get(Array.prototype, key);
      return typeof method === 'function' ? method.bind(proxy) : Reflect.get(data, key);
    },
    set(_data, key, value) {
      data[Number(key)] = value;
      listener.wrote(start + Number(key));
      return true;
    },
  });
  return proxy;
}

/**
 * The op's definition runs once, in double precision: what it reads right before it writes the number goes into it, and
 * all that it had read till then where it reads nothing in between.
 */
export const watched: Explainer = (ran, output, index) => {
  const op = (ops as Readonly<Record<string, Op>>)[ran.op];
  const given = ran.inputs.length - (op.inPlace ?? 0);
  /** In the order in which it reads: all so far, those since anything was last written, and those that led to this number. */
  const [all, latest, reads] = Array.from({ length: 3 }, () => new Map<string, [number, number]>());
  let written = false;
  const hear = (input: number | null, to: number | null): Listener => ({
    read(at) {
      if (input === null) return;
      for (const list of [all, latest]) list.set(`${input},${at}`, [input, at]);
    },
    wrote(at) {
      if (to === output && at === index) {
        written = true;
        for (const [key, read] of latest.size > 0 ? latest : all) reads.set(key, read);
      }
      latest.clear();
    },
  });
  const inputs = ran.inputs
    .slice(0, given)
    .map((input, i) => ({ ...input, data: heard(input.data.slice(), hear(i, null)) }));
  const results = ran.outputs.map(({ data }, i) =>
    op.inPlace ? Float64Array.from(ran.inputs[given + i].data) : new Float64Array(data.length),
  );
  const outputs = ran.outputs.map(
    (numbers, i): Numbers => ({
      ...numbers,
      data: heard(results[i], hear(op.inPlace ? given + i : null, i)),
    }),
  );
  op.define(inputs, outputs, ran.attrs);
  // What was not written is as it was.
  if (op.inPlace && !written) reads.set('', [given + output, index]);
  const terms = [...reads.values()].map(([input, at]) => single(ran, input, at));
  const shown = terms.slice(0, 4).map(({ value }) => digits(value));
  const text = `${ran.op}(${[...shown, ...(terms.length > 4 ? ['…'] : [])].join(', ')})`;
  return formula(terms, text, results[output][index]);
};
