import { useLayoutEffect, useRef } from 'preact/hooks';

export interface MapProps {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  /** CSS pixels of the longer side */
  readonly side: number;
  /** what the picture shows, for who cannot see it */
  readonly name: string;
  /** the largest magnitude, which has the full colour; that of the data when left out */
  readonly scale?: number;
  /** grey from 0 to `scale`, or blue below and orange above 0 */
  readonly tone?: 'grey' | 'signed';
}

/** Numbers as a picture, a pixel each. */
export function NumberMap({ data, width, height, side, name, scale, tone = 'signed' }: MapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(width, height);
    paint(image.data, data, width * height, scale ?? largest(data, width * height), tone);
    context.putImageData(image, 0, 0);
  }, [data, width, height, scale, tone]);
  const unit = side / Math.max(width, height);
  return (
    <canvas
      ref={canvas}
      class="map"
      width={width}
      height={height}
      role="img"
      aria-label={name}
      style={{ width: `${width * unit}px`, height: `${height * unit}px` }}
    />
  );
}

export function largest(data: ArrayLike<number>, count: number): number {
  let most = 0;
  for (let i = 0; i < count; i++) most = Math.max(most, Math.abs(data[i]));
  return most;
}

/** Okabe and Ito's blue and orange, which colour-blind eyes tell apart; 0 is the paper, whatever it is. */
const BELOW = [0, 114, 178] as const;
const ABOVE = [224, 139, 0] as const;

function paint(
  pixels: Uint8ClampedArray,
  data: ArrayLike<number>,
  count: number,
  scale: number,
  tone: MapProps['tone'],
): void {
  for (let i = 0; i < count; i++) {
    const part = scale === 0 ? 0 : data[i] / scale;
    const colour = part < 0 ? BELOW : ABOVE;
    if (tone === 'grey') pixels.set([255 * part, 255 * part, 255 * part, 255], 4 * i);
    else pixels.set([...colour, 255 * Math.min(1, Math.abs(part))], 4 * i);
  }
}
