import { forms } from '../../pipeline/data/drawn/forms.ts';
import { builtInModels, type ModelSpec, parseModel, place } from '../../pipeline/model/model.ts';
import { brief } from '../../pipeline/text/brief.ts';
import { parseJson } from '../../pipeline/text/json.ts';
import { resolveSettings, type SettingName, settingNames } from '../../pipeline/train/settings.ts';
import { deviceKinds } from '../lab/deviceKinds.ts';
import type { PresetData } from '../presets/presets.ts';
import { pack, unpack } from './packed.ts';
import { type Address, type Base, plainAddress, type Written } from './plain.ts';
import { differing, settingOf, settingText } from './settingText.ts';
import { viewNames } from './viewNames.ts';

/** The most bytes of a model's JSON: a thousand layers have 0.5 MB. */
const LONGEST_MODEL = 1e6;
const sources = ['mnist', 'letters', 'own'] as const satisfies readonly PresetData[];
const MOST_HANDS = 2 ** 31;

const isSame = (a: ModelSpec, b: ModelSpec): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A built-in model by its name, any other packed. */
async function modelWord(model: ModelSpec): Promise<string> {
  const known = Object.entries(builtInModels).find(([, each]) => isSame(each, model));
  return known?.[0] ?? pack(JSON.stringify(model));
}

/** A value with as much of it readable as a fragment allows (RFC 3986, 3.5). */
const readable = (text: string): string =>
  encodeURIComponent(text).replace(/%(?:2C|2F|3A|3D)/g, (code) => decodeURIComponent(code));

/** What stands behind the `#`: `train?preset=lenet&lr=0.01&seed=3&device=wasm`. */
export async function writeAddress(address: Address): Promise<string> {
  const { view, base, model, isFresh, keepsWeights, settings, images, device, written } = address;
  const isOther = model !== null && !isSame(model, base.model);
  const said: [string, string][] = [
    [base.kind, base.name],
    ...(isOther ? [['model', await modelWord(model)] as [string, string]] : []),
    ...(base.isTrained && !isOther && (isFresh || keepsWeights)
      ? [['weights', isFresh ? 'fresh' : 'kept'] as [string, string]]
      : []),
    ...Object.entries(differing(settings, base.settings)).map(([name, value]): [string, string] => [
      name,
      settingText(name as SettingName, value as never),
    ]),
    ...(images.data === base.images.data ? [] : [['data', images.data] as [string, string]]),
    ...(images.images === base.images.images
      ? []
      : [['images', String(images.images ?? ALL)] as [string, string]]),
    ...(device === null ? [] : [['device', device] as [string, string]]),
    ...(written === null ? [] : [['draw', `${written.digit}.${written.hand}`] as [string, string]]),
  ];
  return `${view}?${said.map(([name, value]) => `${name}=${readable(value)}`).join('&')}`;
}

/**
 * What an address says.
 *
 * @param text what stands behind the `#`; a word alone is a view
 * @param bases what can be begun with, the usual one first
 * @throws Error that says in a phrase what is wrong with it, and what belongs there
 */
export async function readAddress(text: string, bases: readonly Base[]): Promise<Address> {
  const [word, query = ''] = text.split(/\?(.*)/s);
  const { view: usual } = plainAddress('', bases)!;
  const view = word === '' ? usual : reading(brief(word), () => oneOf(word, viewNames));
  const said = new Said(query);
  const named = (kind: Base['kind']) => said.take(kind, (name) => baseOf(kind, name, bases));
  const base = named('run') ?? named('preset') ?? bases[0];
  const packed = said.take('model', (value) => value);
  const model = packed === undefined ? null : await modelOf(packed, base);
  const weights = said.take('weights', (value) => oneOf(value, ['fresh', 'kept']));
  const isFresh = weights === 'fresh' || model !== null || !base.isTrained;
  const settings = settingNames.map((name) => [name, said.take(name, (value) => settingOf(name, value))]);
  const given = Object.fromEntries(settings.filter(([, value]) => value !== undefined));
  const address = {
    ...{ view, base, model },
    isFresh,
    keepsWeights: weights === 'kept' && !isFresh,
    settings: resolveSettings({ ...base.settings, ...given }),
    images: {
      data: said.take('data', (value) => oneOf(value, sources)) ?? base.images.data,
      images: said.has('images') ? said.take('images', manyOf) : base.images.images,
    },
    device: said.take('device', (value) => oneOf(value, deviceKinds)) ?? null,
    written: said.take('draw', writtenOf) ?? null,
  };
  said.end();
  return address;
}

/** The names and values of an address, each of which is taken once. */
class Said {
  readonly #values = new Map<string, string>();

  constructor(query: string) {
    for (const [name, value] of new URLSearchParams(query)) {
      if (this.#values.has(name)) throw new Error(`${brief(name)} is there twice`);
      this.#values.set(name, value);
    }
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** @throws Error that begins with the name, where its value cannot be */
  take<T>(name: string, read: (value: string) => T): T | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    this.#values.delete(name);
    return reading(`${name} ${brief(value)}`, () => read(value));
  }

  /** @throws Error where something is left */
  end(): void {
    const [first] = this.#values.keys();
    if (first !== undefined) throw new Error(`there is nothing called ${brief(first)}`);
  }
}

/** Reads something, and names it where that fails. */
function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`);
  }
}

function oneOf<const Name extends string>(word: string, names: readonly Name[]): Name {
  const found = names.find((name) => name === word);
  if (found !== undefined) return found;
  throw new Error(`expected ${names.join(', ')}`);
}

function baseOf(kind: Base['kind'], name: string, bases: readonly Base[]): Base {
  const ofKind = bases.filter((base) => base.kind === kind);
  const found = ofKind.find((base) => base.name === name);
  if (found !== undefined) return found;
  throw new Error(
    ofKind.length === 0
      ? `this page has no ${kind}; open it with inkgrad explore`
      : `expected ${ofKind.map((base) => base.name).join(', ')}`,
  );
}

/** @throws PipelineError where it cannot be for these classes, or is no model at all */
async function modelOf(word: string, { classes }: Base): Promise<ModelSpec> {
  if (Object.hasOwn(builtInModels, word)) return builtInModels[word];
  const text = await unpack(word, LONGEST_MODEL).catch(() => {
    throw new Error(
      `model ${brief(word)}: expected ${Object.keys(builtInModels).join(', ')}, or one that this page has packed`,
    );
  });
  const model = parseModel(parseJson(text), 'the model');
  place(model, classes.length);
  return model;
}

const ALL = 'all';

function manyOf(text: string): number | undefined {
  if (text === ALL) return undefined;
  const many = Number(text);
  if (Number.isSafeInteger(many) && many > 0) return many;
  throw new Error(`expected a whole number ≥ 1, or ${ALL}`);
}

function writtenOf(text: string): Written {
  const [, digit, hand] = text.match(/^(.)\.(\d{1,10})$/) ?? [];
  if (Object.hasOwn(forms, digit ?? '') && Number(hand) < MOST_HANDS) return { digit, hand: Number(hand) };
  throw new Error('expected a digit and the number of a hand, such as 7.12');
}
