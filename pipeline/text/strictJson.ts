/**
 * JSON (RFC 8259) as strictly as a file format needs it that others read too. `JSON.parse` takes the last of several
 * members of one name, and does not say how a number was written; two readers could see two files.
 */

import { brief } from './brief.ts';

/** A value. Numbers are as they are written, and members in their order, whatever their names are. */
export type Json = null | boolean | string | Numeral | readonly Json[] | JsonObject;

export type JsonObject = ReadonlyMap<string, Json>;

/** A number as it is written. */
export class Numeral {
  constructor(readonly text: string) {}
}

/** What is wrong with a text, as a phrase that its name can stand before. */
export class JsonError extends Error {}

/** As deep as serde_json goes, whose limit is 128; no text makes the stack overflow. */
const DEEPEST = 127;

const SPACE = /[ \t\n\r]*/y;

const NUMERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

const LITERALS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/** Whether a text holds half of a surrogate pair; with the flag u, both halves together are no surrogate. */
export const hasHalfPair = (text: string): boolean => /\p{Surrogate}/u.test(text);

/**
 * Reads a text.
 *
 * @throws JsonError for what is no JSON, for a name twice in one object, for numbers beyond float64, for halves of
 *   surrogate pairs, and for what is nested more than 127 deep
 */
export function parseStrictJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  #at = 0;

  constructor(readonly text: string) {}

  value(depth: number): Json {
    this.#skipSpace();
    switch (this.text[this.#at]) {
      case '{':
        return this.#object(this.#deeper(depth));
      case '[':
        return this.#list(this.#deeper(depth));
      case '"':
        return this.#string();
      default:
        return this.#word();
    }
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.text.length) this.#fail();
  }

  #fail(): never {
    throw new JsonError(`is not JSON at character ${this.#at}`);
  }

  #deeper(depth: number): number {
    if (depth === DEEPEST) throw new JsonError(`is nested more than ${DEEPEST} deep`);
    return depth + 1;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.text)![0].length;
  }

  /** Whether a character comes next, behind white space, and is passed. */
  #passes(character: string): boolean {
    this.#skipSpace();
    if (this.text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#passes(character)) this.#fail();
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, Json>();
    this.#expect('{');
    if (this.#passes('}')) return members;
    do {
      this.#skipSpace();
      const name = this.#string();
      if (members.has(name)) throw new JsonError(`has the name ${brief(name)} twice`);
      this.#expect(':');
      members.set(name, this.value(depth));
    } while (this.#passes(','));
    this.#expect('}');
    return members;
  }

  #list(depth: number): Json[] {
    const values: Json[] = [];
    this.#expect('[');
    if (this.#passes(']')) return values;
    do values.push(this.value(depth));
    while (this.#passes(','));
    this.#expect(']');
    return values;
  }

  #string(): string {
    const start = this.#at;
    if (this.text[start] !== '"') this.#fail();
    let end = start + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1;
    const string = this.#unescaped(this.text.slice(start, end + 1));
    if (hasHalfPair(string)) throw new JsonError('has half of a surrogate pair in a text');
    this.#at = end + 1;
    return string;
  }

  #unescaped(quoted: string): string {
    try {
      return JSON.parse(quoted) as string;
    } catch {
      return this.#fail();
    }
  }

  /** A literal or a number. */
  #word(): Json {
    for (const [word, value] of LITERALS) {
      if (!this.text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    return this.#numeral();
  }

  #numeral(): Numeral {
    NUMERAL.lastIndex = this.#at;
    const [text] = NUMERAL.exec(this.text) ?? this.#fail();
    if (!Number.isFinite(Number(text))) throw new JsonError('has a number beyond float64');
    this.#at += text.length;
    return new Numeral(text);
  }
}
