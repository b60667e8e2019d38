/**
 * What libjpeg finds amiss in a file and goes on from, with grey or with what it had: which of it means that a part of
 * the picture is lost, and how to hear all of it.
 */

import { grouped } from '../../text/grouped.ts';

/**
 * What libjpeg says of files whose picture is whole (JWRN_ in its jerror.h; all others lose pixels): webcams, scanners
 * and drones leave bytes between segments and at the end of image data, programs write versions that it does not know,
 * and zeros where a sequential scan names the band of a progressive one, which decoders are to ignore (T.81, table B.3).
 */
const HARMLESS =
  /extraneous bytes before marker|unknown JFIF revision|Unknown Adobe color transform|Invalid SOS parameters for sequential/;

/** Hearing so many takes half a second; a file of nothing else could go on for minutes. */
const MOST = 100_000;

/**
 * Judges what libjpeg says of one file, line by line.
 *
 * @returns a function that throws for the first line that tells of lost pixels, or of an end
 */
export function judgeComplaints(): (line: string) => void {
  let heard = 0;
  return (line) => {
    if (!HARMLESS.test(line)) throw new Error(line.replace('Corrupt JPEG data: ', ''));
    if (++heard > MOST) throw new Error(`more than ${grouped(MOST)} bytes that belong nowhere`);
  };
}

/** `trace_level < 3` of `emit_message` as machine code: i32.load offset=104, i32.const 3, i32.lt_s. */
const BELOW_3 = Uint8Array.of(0x28, 2, 104, 0x41, 3, 0x48);

/** Where in it the 3 is. */
const LEVEL = 4;

/**
 * The machine code of libjpeg, changed in one number so that it tells of everything. It is made to tell only of the
 * first thing that it finds amiss unless `trace_level` is 3 (jerror.c, `emit_message`), so that something harmless
 * would hide all that comes after it; and what `@jsquash/jpeg` wraps around it has no way to set that. Here every level
 * will do.
 *
 * @throws Error where the code is another than that of the version that package.json names
 */
export function tellingAll(code: Uint8Array): Uint8Array<ArrayBuffer> {
  const changed = Buffer.from(code);
  const at = changed.indexOf(BELOW_3);
  if (at < 0 || changed.indexOf(BELOW_3, at + 1) >= 0) {
    throw new Error(
      'libjpeg in @jsquash/jpeg is another than the one known; install the version in package.json',
    );
  }
  changed[at + LEVEL] = 0;
  return changed;
}
