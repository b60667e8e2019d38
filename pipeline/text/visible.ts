/**
 * What would drive a terminal, break a line, turn the writing round or hide in it: control characters, of which C1 are some
 * that terminals obey (ECMA-48), format characters such as the overrides of direction and what has no width, separators of
 * lines. The joiners of emoji and of Indic and Arabic writing stay where they join: there they show.
 */
const UNSEEN =
  /(?!(?<=[\p{M}\p{Script=Arabic}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d](?=[\p{L}\p{M}\p{Extended_Pictographic}]))[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A name of a file or class for one line of text; what cannot be seen is written as in JavaScript. */
export const visible = (name: string): string =>
  name.replace(UNSEEN, (sign) => SHORT[sign] ?? `\\u{${sign.codePointAt(0)!.toString(16)}}`);

/** The same for a text of several lines, which stay. */
export const visibleLines = (text: string): string => text.split('\n').map(visible).join('\n');

/** The same for a JSON document, which stays one with the same content: JSON itself escapes no more than U+0000 to U+001F. */
export const visibleJson = (json: string): string =>
  json.replace(UNSEEN, (sign) => {
    if (sign === '\n') return sign;
    const units = Array.from({ length: sign.length }, (_, i) => sign.charCodeAt(i));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
