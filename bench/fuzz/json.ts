/** Changes in a value of JSON, or in its text, that a program might make by mistake or a person by intent. */
import type { Random } from '../../engine/random.ts';
import { happens, oneOf } from './random.ts';

/** Texts of values that are seldom right; what JSON has no text for is among them. */
const VALUES: readonly string[] = [
  ...['0', '-0', '-1', '1', '2', '3', '0.5', '4096', '4097', '1e9', '2147483648', '1e300', '1e999', '5e-324'],
  ...[
    '9007199254740993',
    '18446744073709551616',
    '0x10',
    '01',
    '1.',
    'NaN',
    'Infinity',
    'null',
    'true',
    'false',
  ],
  ...[
    '""',
    '"x"',
    '"classes"',
    '"same"',
    '"__proto__"',
    '"\\ud800"',
    '"\\u0000"',
    '"\u202e"',
    '[]',
    '{}',
    '[[]]',
  ],
  ...[
    '[1,28,28]',
    '{"type":"relu"}',
    '{"step":"crop","inkAbove":0.5}',
    `${'['.repeat(200)}${']'.repeat(200)}`,
  ],
  ...['['.repeat(2000), `"${'a'.repeat(1000)}"`, `[${'0,'.repeat(500)}0]`],
];

export const hostileText = (random: Random): string => oneOf(random, VALUES);

type Value = null | boolean | number | string | Value[] | { [name: string]: Value };

/** A text of JSON with one or two things in it changed. What is no JSON becomes some hostile text. */
export function changedJson(text: string, random: Random): string {
  if (happens(random, 0.15)) return changedText(text, random);
  let value: Value;
  try {
    value = JSON.parse(text) as Value;
  } catch {
    return hostileText(random);
  }
  const holes: string[] = [];
  const changed = changedValue(value, random, holes);
  // A hole is where a text stands that JSON.stringify would not write.
  return JSON.stringify(changed)!.replaceAll(/"\\u0000(\d+)"/g, (_, i) => holes[i]);
}

/** A few characters less, more, twice or other. */
function changedText(text: string, random: Random): string {
  const [from, length] = [random.integer(text.length + 1), random.integer(8)];
  const [start, part, end] = [
    text.slice(0, from),
    text.slice(from, from + length),
    text.slice(from + length),
  ];
  const inserted = oneOf(random, [
    '',
    part + part,
    oneOf(random, ['{', '}', '[', ']', '"', ',', ':', '\\', ' ', '\n', '\ufeff']),
  ]);
  return start + inserted + end;
}

/** One node somewhere in a value replaced, left out, doubled, or under another name. */
function changedValue(value: Value, random: Random, holes: string[]): Value {
  const isNode = typeof value === 'object' && value !== null;
  const names = isNode ? Object.keys(value) : [];
  if (names.length === 0 || happens(random, 0.15)) return hole(value, random, holes);
  const name = oneOf(random, names);
  if (happens(random, 0.6)) {
    const within = (value as Record<string, Value>)[name];
    return withMember(value as Value[], name, changedValue(within, random, holes));
  }
  if (Array.isArray(value)) {
    const [i, element] = [Number(name), value[Number(name)]];
    const copies = oneOf(random, [0, 0, 0, 2, 2, 3, 30]);
    return [...value.slice(0, i), ...Array.from({ length: copies }, () => element), ...value.slice(i + 1)];
  }
  const { [name]: taken, ...others } = value as Record<string, Value>;
  return oneOf(random, [
    others,
    { [oneOf(random, [...names, 'x', ''])]: taken, ...others },
    { ...others, [name]: null },
  ]);
}

const withMember = (value: Value[] | Record<string, Value>, name: string, member: Value): Value =>
  Array.isArray(value) ? value.with(Number(name), member) : { ...value, [name]: member };

/** A number near the one that was there, or some hostile text in its place. */
function hole(value: Value, random: Random, holes: string[]): Value {
  if (typeof value === 'number' && happens(random, 0.5)) {
    return value * oneOf(random, [-1, 0, 2, 0.5, 1e6]) + oneOf(random, [-1, 0, 1]);
  }
  holes.push(hostileText(random));
  return `\0${holes.length - 1}`;
}
