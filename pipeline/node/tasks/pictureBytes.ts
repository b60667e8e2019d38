/** A picture is 4 bytes a pixel; it may be turned, laid on paper or still be in its decoder, and be in several scans. */
const A_PIXEL = 12;

/** The most memory that a file and the picture in it take at once, whatever its format, in bytes. */
export const pictureBytes = (file: Uint8Array, width: number, height: number): number =>
  file.length + A_PIXEL * width * height;
