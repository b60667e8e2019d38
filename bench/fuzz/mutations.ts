/** Mutations of a checkpoint that know how it is made; each is one row. */

import type { Random } from '../../engine/random.ts';
import { numberTypes } from '../../pipeline/formats/safetensorsTypes.ts';
import { changedJson, hostileText } from './json.ts';
import { copyOf, type Member, type Parts } from './parts.ts';
import { happens, oneOf } from './random.ts';

type Mutation = (parts: Parts, random: Random) => void;

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Changes a tensor's entry where it still is one. */
function editEntry({ members }: Parts, random: Random, edit: (entry: Entry) => void): void {
  if (members.length === 0) return;
  const member = oneOf(random, members);
  try {
    const entry = JSON.parse(member[1]) as Entry;
    edit(entry);
    member[1] = JSON.stringify(entry);
  } catch {
    member[1] = hostileText(random);
  }
}

/** Changes one of a list: takes it out, doubles it, moves it, renames it. */
function editList(list: Member[], random: Random): void {
  if (list.length === 0) return;
  const [at, to] = [random.integer(list.length), random.integer(list.length)];
  const [name, text] = list[at];
  const names = [
    '',
    '__proto__',
    '__metadata__',
    'gate.1.weight',
    'optimizer.0',
    '9.weight',
    'x\u001b[2J',
    `${name} `,
  ];
  oneOf(random, [
    () => list.splice(at, 1),
    () => list.splice(to, 0, [name, text]),
    () => list.splice(to, 0, ...list.splice(at, 1)),
    () => list.splice(to, 0, [oneOf(random, names), text]),
    () => list.splice(at, 1, [oneOf(random, [...names, list[to][0]]), text]),
  ])();
}

/** Floats that no weight should be, and some that it may. */
const FLOATS: readonly number[] = [
  ...[Number.NaN, Infinity, -Infinity, 3.4e38, -3.4e38, 1e-45, -0, 0, -1, 1, 1e20, -1e-3],
];

const types = [...numberTypes.keys(), 'f32', 'F32 ', '', 'I1'];

export const mutations: Readonly<Record<string, Mutation>> = {
  'a byte of the file': (parts, random) => {
    parts.flips.push({ at: random.uniform(), byte: random.integer(256) });
  },
  'a byte of the header': (parts, random) => {
    parts.flips.push({ at: random.uniform(0, 0.2), byte: random.integer(256) });
  },
  'the length': (parts, random) => {
    const near = BigInt(JSON.stringify(parts.members).length + random.integer(64));
    const far = [0n, 1n, 7n, 8n, 100_000_000n, 100_000_001n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
    parts.length = happens(random, 0.4) ? near : oneOf(random, far);
  },
  'what stands around the header': (parts, random) => {
    const blanks = ['', ' ', '\n', '\t', '\r\n', '\0', '\ufeff', '{', '}', '  \n ', ' '.repeat(3000)];
    if (happens(random, 0.5)) parts.before = oneOf(random, blanks);
    else parts.after = oneOf(random, blanks);
  },
  'the end': (parts, random) => {
    parts.cut = happens(random, 0.5) ? random.uniform() : random.uniform(0.95, 1);
  },
  'bytes behind the numbers': (parts, random) => {
    const more = new Uint8Array(parts.numbers.length + oneOf(random, [1, 4, 8, 4096]));
    more.set(parts.numbers);
    parts.numbers = more;
  },
  'the list of tensors': ({ members }, random) => editList(members, random),
  'the list of fields': ({ metadata }, random) => editList(metadata, random),
  'the type of a tensor': (parts, random) =>
    editEntry(parts, random, (entry) => {
      entry.dtype = oneOf(random, types);
      // Of as many bytes, so that the file is sound and the model alone can tell.
      const bits = numberTypes.get(entry.dtype)?.bits;
      if (bits && happens(random, 0.5)) entry.shape[0] = Math.floor((entry.shape[0] * 32) / bits);
    }),
  'the shape of a tensor': (parts, random) =>
    editEntry(parts, random, ({ shape }) => {
      const at = random.integer(shape.length + 1);
      const lengths = [0, 1, -1, 0.5, 2 ** 31, 2 ** 53, 1e19, shape[at] + 1, shape[at] * 2, shape[at] / 2];
      oneOf(random, [
        () => shape.splice(at, 1, oneOf(random, lengths)),
        () => shape.splice(at, 0, 1),
        () => shape.splice(at, 1),
        () => shape.reverse(),
      ])();
    }),
  'the place of a tensor': (parts, random) =>
    editEntry(parts, random, ({ data_offsets: offsets }) => {
      const by = oneOf(random, [-4, 4, 1, -1, 1e9, -offsets[0], 2 ** 53, 0.5]);
      oneOf(random, [
        () => offsets.reverse(),
        () => (offsets[random.integer(2)] += by),
        () => offsets.splice(0, 2, offsets[0] + by, offsets[1] + by),
      ])();
    }),
  'the entry of a tensor': ({ members }, random) => {
    if (members.length === 0) return;
    const member = oneOf(random, members);
    member[1] = happens(random, 0.3) ? hostileText(random) : changedJson(member[1], random);
  },
  'a field of the metadata': ({ metadata }, random) => {
    if (metadata.length === 0) return;
    const field = oneOf(random, metadata);
    field[1] = changedJson(field[1], random);
  },
  'the kind of a field': ({ metadata }, random) => {
    if (metadata.length === 0) return;
    const field = oneOf(random, metadata);
    field[1] = happens(random, 0.5) ? `\0${hostileText(random)}` : hostileText(random);
  },
  'the model': ({ metadata }, random) => {
    for (const field of metadata) if (field[0] === 'model') field[1] = changedJson(field[1], random);
  },
  'the recipe': ({ metadata }, random) => {
    for (const field of metadata) if (field[0] === 'recipe') field[1] = changedJson(field[1], random);
  },
  'a name twice in a field': ({ metadata }, random) => {
    if (metadata.length === 0) return;
    const field = oneOf(random, metadata);
    field[1] = field[1].replace(/\{("[^"]*":)/, `{$1${oneOf(random, ['0', '"x"', '[]'])},$1`);
  },
  'a number': ({ numbers }, random) => {
    const view = new DataView(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    const floats = Math.floor(numbers.length / 4);
    if (floats > 0) view.setFloat32(4 * random.integer(floats), oneOf(random, FLOATS), true);
  },
  'a bit of a number': ({ numbers }, random) => {
    if (numbers.length > 0) numbers[random.integer(numbers.length)] ^= 1 << random.integer(8);
  },
  'the same layer, larger or smaller in model and file': growLayer,
};

/** Filters more or less in the first layer, with their weights where that is told: sound files of another size. */
function growLayer(parts: Parts, random: Random): void {
  const model = parts.metadata.find(([name]) => name === 'model');
  const count = 1 + random.integer(40);
  if (model) model[1] = model[1].replace(/"outChannels":\d+/, `"outChannels":${count}`);
  let at = 0;
  for (const member of parts.members) {
    try {
      const entry = JSON.parse(member[1]) as Entry;
      if (/^[01]\./.test(member[0])) entry.shape[0] = count;
      else if (entry.shape.length === 2) entry.shape[1] = count;
      const bytes = 4 * entry.shape.reduce((product, length) => product * length, 1);
      entry.data_offsets = [at, at + bytes];
      at += bytes;
      member[1] = JSON.stringify(entry);
    } catch {
      return;
    }
  }
  if (at <= 1e6) parts.numbers = Uint8Array.from({ length: at }, (_, i) => parts.numbers[i] ?? 0);
}

const all = Object.values(mutations);

/** Parts with one change as a rule, at times with several. */
export function mutated(parts: Parts, random: Random): Parts {
  const changed = copyOf(parts);
  const changes = happens(random, 0.6) ? 1 : 2 + random.integer(3);
  for (let i = 0; i < changes; i++) oneOf(random, all)(changed, random);
  return changed;
}
