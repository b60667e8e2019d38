import { type Json, JsonError, Numeral, parseStrictJson } from './strictJson.ts';

export { JsonError };

/**
 * What a text of JSON says, as `JSON.parse` gives it but as strictly as the header of a checkpoint is read: one name is
 * not twice in an object, numbers are finite, and lists in lists end before the stack does.
 *
 * @throws JsonError a phrase that the name of the text can stand before, such as `is not JSON at character 7`
 */
export const parseJson = (text: string): unknown => plain(parseStrictJson(text));

function plain(json: Json): unknown {
  if (json instanceof Numeral) return Number(json.text);
  if (json instanceof Map) return Object.fromEntries([...json].map(([name, value]) => [name, plain(value)]));
  return Array.isArray(json) ? json.map(plain) : json;
}
