import { Refusal, tooLarge } from './refusal.ts';

/** What goes before the boundary of a form, RFC 2046. */
const DASHES = '--';

/** A picture of a request. */
export interface SentFile {
  /** what its answer calls it: the name that was sent, or `body` */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The most parts of one form. */
const MOST_PARTS = 64;
/** The most bytes of the head of one: its name, and what type it has. */
const HEAD_BYTES = 16_384;

const FORM = /^multipart\/form-data\s*;/i;
/** RFC 2046, 5.1.1: at most 70 characters. */
const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;,"]{1,70}))\s*(?:;|$)/i;

/**
 * Refuses a form that would take long to parse: undici 6 takes a second for ten megabytes of headers.
 *
 * @throws Refusal where it has too many parts, or the head of one is longer than any is
 */
function checkForm(body: Buffer, boundary: string): void {
  const line = DASHES + boundary;
  let lines = 0;
  for (let at = body.indexOf(line); at >= 0; at = body.indexOf(line, at)) {
    // One more ends it.
    if (++lines > MOST_PARTS + 1)
      throw tooLarge(`the form has more than ${MOST_PARTS} parts; send fewer pictures at once`);
    at += line.length;
    const head = body.subarray(at, at + HEAD_BYTES);
    const isLast = head.subarray(0, 2).toString('latin1') === '--';
    if (!isLast && !head.includes('\r\n\r\n')) throw damaged();
  }
}

const damaged = (): Refusal => new Refusal(400, 'the form is damaged; send it again');

/**
 * The pictures of a request: the files of a form, else the body itself, whatever type it claims: what it is, its content
 * tells. Forms are parsed by Node.js (undici), which has the whole body here, of a bounded length and number of parts.
 *
 * @throws Refusal where there is none, or the form is damaged or has too many parts
 */
export async function picturesOf(type: string | undefined, body: Buffer<ArrayBuffer>): Promise<SentFile[]> {
  if (type === undefined || !FORM.test(type)) {
    if (body.length === 0) throw new Refusal(400, 'the body is empty; send a picture');
    return [{ path: 'body', bytes: body }];
  }
  const [, quoted, plain] = BOUNDARY.exec(type) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined)
    throw new Refusal(400, 'the form has no boundary; send it as multipart/form-data');
  checkForm(body, boundary);
  const form = await new Response(body, { headers: { 'content-type': type } }).formData().catch(() => {
    throw damaged();
  });
  const files = [...form.values()].filter((value) => typeof value !== 'string');
  if (files.length === 0) throw new Refusal(400, 'the form holds no file; add a picture to it');
  return Promise.all(
    files.map(async (file) => ({
      path: file.name || 'body',
      bytes: new Uint8Array(await file.arrayBuffer()),
    })),
  );
}
