import { textWidth } from './text.ts';
import type { Typeface } from './typeface.ts';

/**
 * A text that fits into a width: where it is too long, its middle gives way to `…`, since names of files differ at
 * their ends.
 *
 * @param width pixels
 * @param size the em in pixels
 */
export function shortened(text: string, width: number, size: number, typeface: Typeface): string {
  if (textWidth(text, size, typeface) <= width) return text;
  const characters = Array.from(text);
  for (let kept = characters.length - 1; kept > 0; kept--) {
    const head = Math.ceil(kept / 2);
    const short = [...characters.slice(0, head), '…', ...characters.slice(characters.length - (kept - head))];
    if (textWidth(short.join(''), size, typeface) <= width) return short.join('');
  }
  return '…';
}

/** Breaks words into lines that fit into a width; a word that is too long alone is shortened. */
export function wrapped(words: readonly string[], width: number, size: number, typeface: Typeface): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const longer = lines.length === 0 ? word : `${lines[lines.length - 1]} ${word}`;
    if (lines.length > 0 && textWidth(longer, size, typeface) <= width) lines[lines.length - 1] = longer;
    else lines.push(shortened(word, width, size, typeface));
  }
  return lines;
}
