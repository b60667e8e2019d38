import type { Tape } from '../../tape/tape.ts';
import { NumberMap } from '../parts/map.tsx';
import { seen } from '../state/session.ts';
import { reached } from './selection.ts';

const SIDE = 112;

/** The picture as the network is given it, with the box of all that the number depends on. */
export function PictureReach({ tape }: { readonly tape: Tape }) {
  const image = seen.value?.image;
  const { use } = { use: tape.layers[0].input };
  const reach = reached.value.get(use.value);
  const size = use.shape.at(-1)!;
  if (image === undefined || image.length !== size * size) return null;
  const [top, left, bottom, right] = reach
    ? [...reach.low.slice(2), ...reach.high.slice(2).map((n) => n + 1)]
    : [0, 0, 0, 0];
  const [height, width] = [bottom - top, right - left];
  return (
    <figure class="reach">
      <div class="reach-picture">
        <NumberMap data={image} width={size} height={size} side={SIDE} tone="grey" name="The picture" />
        <svg viewBox={`0 0 ${size} ${size}`} width={SIDE} height={SIDE} aria-hidden="true">
          {reach && <rect x={left} y={top} width={width} height={height} />}
        </svg>
      </div>
      <figcaption>
        {reach === undefined
          ? 'It depends on no pixel of the picture.'
          : height * width === size * size
            ? 'It depends on the whole picture.'
            : `It depends on ${height}×${width} pixels of the picture: rows ${top} to ${bottom - 1}, columns ${left} to ${right - 1}.`}
      </figcaption>
    </figure>
  );
}
