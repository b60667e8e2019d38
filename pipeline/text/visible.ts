/** What would move the cursor, break a line or turn the writing round: control and format characters, separators. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A name of a file or class for one line of text; what cannot be seen is written as in JavaScript. */
export const visible = (name: string): string =>
  name.replace(UNSEEN, (sign) => SHORT[sign] ?? `\\u{${sign.codePointAt(0)!.toString(16)}}`);
