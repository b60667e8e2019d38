import type { IncomingMessage } from 'node:http';
import type { Places } from './places.ts';
import { busy, Refusal, tooLarge } from './refusal.ts';

export interface BodyOptions {
  /** the most bytes of one body */
  readonly most: number;
  /** bytes of all bodies in memory; what this one takes stays taken until the caller gives `taken` back */
  readonly room: Places;
  readonly signal: AbortSignal;
}

/** What was read of a body, and how many bytes of room it took. */
export class Body {
  taken = 0;
  readonly #parts: Uint8Array[] = [];

  /**
   * Reads a body as it comes, and no further than it may be long: what it claims to be is not believed.
   *
   * @throws Refusal where it is too long, cut short, or finds no room; the signal's reason
   */
  async read(request: IncomingMessage, { most, room, signal }: BodyOptions): Promise<Buffer<ArrayBuffer>> {
    const long = `the body has more than ${most / 1e6} MB; send a smaller picture, or fewer at once`;
    if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge(long);
    const heard = new AbortController();
    const once = { signal: heard.signal, once: true };
    try {
      await new Promise<void>((resolve, reject) => {
        const add = (part: Uint8Array): void => {
          if (heard.signal.aborted) return;
          if (this.taken + part.length > most) reject(tooLarge(long));
          else if (!room.take(part.length)) reject(busy('too many pictures are being sent'));
          else {
            this.taken += part.length;
            this.#parts.push(part);
          }
        };
        request.on('data', add);
        request.once('end', resolve);
        request.once('close', () => reject(new Refusal(400, 'the body ended before it was whole')));
        signal.addEventListener('abort', () => reject(signal.reason), once);
        signal.throwIfAborted();
      });
    } finally {
      // What else comes is dropped.
      heard.abort();
    }
    return Buffer.concat(this.#parts.splice(0));
  }
}
