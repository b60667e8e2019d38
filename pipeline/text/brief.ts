/** The most characters of a text that an error shows. */
const LONGEST = 80;

/** A text out of a file as an error shows it: in one line, and not without end. */
export function brief(text: string): string {
  const start = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return start.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${code}`;
  });
}
