/**
 * A picture is 4 bytes a pixel. It may be in its decoder too, be turned or laid on paper, and a JPEG of several scans has
 * all of its blocks in memory.
 */
const A_PIXEL = 12;

/** About how much memory a file and the picture in it take at once, whatever its format, in bytes. */
export const pictureBytes = (file: Uint8Array, width: number, height: number): number =>
  file.length + A_PIXEL * width * height;
