/** A segment of a JPEG file: its marker, length and body. */
function segment(marker: number, body: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

/** A JPEG file with a segment put in front of all others. */
export const withSegment = (file: Uint8Array, marker: number, body: Uint8Array): Buffer =>
  Buffer.concat([file.subarray(0, 2), segment(marker, body), file.subarray(2)]);

/** The body of an EXIF segment whose one entry is Orientation. */
export function exif(orientation: number, little = false): Buffer {
  const body = Buffer.alloc(32);
  const view = new DataView(body.buffer, body.byteOffset);
  body.write('Exif\0\0', 'latin1');
  body.write(little ? 'II' : 'MM', 6, 'latin1');
  view.setUint16(8, 42, little);
  view.setUint32(10, 8, little);
  view.setUint16(14, 1, little);
  view.setUint16(16, 0x0112, little);
  view.setUint16(18, 3, little);
  view.setUint32(20, 1, little);
  view.setUint16(24, orientation, little);
  return body;
}

/** A grey JPEG file made by hand of headers and image data, so that it can claim any size. */
export function jpegFile(width: number, height: number, data: Uint8Array = Uint8Array.of(0)): Buffer {
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(height, 1);
  frame.writeUInt16BE(width, 3);
  return Buffer.concat([
    Uint8Array.of(0xff, 0xd8),
    segment(0xc0, frame),
    segment(0xda, Uint8Array.of(1, 1, 0, 0, 63, 0)),
    data,
    Uint8Array.of(0xff, 0xd9),
  ]);
}
