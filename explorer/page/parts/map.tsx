import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Tone, toneOf } from './tones.ts';

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
  readonly tone?: Tone;
}

/** Numbers as a picture, a pixel each. */
export function NumberMap({ data, width, height, side, name, scale, tone = 'signed' }: MapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    const colour = toneOf(tone, scale ?? largest(data, width * height));
    for (let i = 0; i < pixels.length; i++) pixels[i] = colour(data[i]);
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
