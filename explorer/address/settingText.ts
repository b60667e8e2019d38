import { augmentationText, parseAugmentation } from '../../pipeline/data/augment.ts';
import { type Field, fits } from '../../pipeline/fields.ts';
import { parseJson } from '../../pipeline/text/json.ts';
import {
  resolveSettings,
  type SettingName,
  type Settings,
  settingFields,
  settingNames,
} from '../../pipeline/train/settings.ts';
import type { SomeSettings } from './plain.ts';

const NONE = 'none';

/** Settings with a syntax of their own: `augment` has that of its flag, weights of classes are JSON. */
const own: Partial<Record<SettingName, { write(value: never): string; read(text: string): unknown }>> = {
  augment: { write: augmentationText, read: parseAugmentation },
  classWeights: {
    write: (weights: Settings['classWeights']) =>
      typeof weights === 'string' ? weights : JSON.stringify(weights),
    read: (text) => (text.startsWith('{') ? parseJson(text) : text),
  },
};

/** The value of a setting as an address has it. */
export function settingText<Name extends SettingName>(name: Name, value: Settings[Name]): string {
  const syntax = own[name];
  if (syntax !== undefined) return syntax.write(value as never);
  return value === null ? NONE : String(value);
}

/**
 * The value that a text stands for.
 *
 * @throws Error that says what belongs there
 */
export function settingOf<Name extends SettingName>(name: Name, text: string): Settings[Name] {
  const field = settingFields[name] as Field as Field<Settings[Name]>;
  const value = read(name, text, field);
  if (fits(field, value)) return value;
  throw new Error(`expected ${field.expected}`);
}

function read(name: SettingName, text: string, { kind }: Field): unknown {
  const syntax = own[name];
  if (syntax !== undefined) return syntax.read(text);
  if (kind !== 'number') return text;
  if (text === NONE) return null;
  return text.trim() === '' ? Number.NaN : Number(text);
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What must be said beside given settings for these to come of it. */
export function differing(settings: Settings, given: SomeSettings): Partial<Settings> {
  const against = (resolved: Settings) =>
    settingNames.filter((name) => !isSame(settings[name], resolved[name]));
  const pick = (names: readonly SettingName[]): Partial<Settings> =>
    Object.fromEntries(names.map((name) => [name, settings[name]]));
  const first = against(resolveSettings(given));
  // What nobody says may hang on what is said: the decay, on the optimiser.
  const rest = against(resolveSettings({ ...given, ...pick(first) }));
  return pick(settingNames.filter((name) => first.includes(name) || rest.includes(name)));
}
