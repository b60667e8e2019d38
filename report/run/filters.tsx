import type { Checkpoint } from '../../pipeline/checkpoint/checkpoint.ts';
import type { PlanarImage } from '../../pipeline/image/image.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { Picture } from '../page/page.tsx';

/** The most filters that are shown. */
const MOST = 128;

/** Pixels of the side of one. */
const SIDE = 56;

/**
 * What the first layer looks for, as pictures: the windows of a convolution, or of a linear layer its weights laid out as the
 * image. Grey is no weight, bright looks for ink, dark for paper; of three channels each has its colour.
 */
function filtersOf({ model, weights }: Checkpoint): PlanarImage[] {
  const [channels, height, width] = model.input;
  const first = [...weights.values()].find(({ shape }) => shape.length >= 2);
  if (first === undefined) return [];
  const { shape, data } = first;
  const isOfImage = shape.length === 2 && shape[1] === channels * height * width;
  if (shape.length !== 4 && !isOfImage) return [];
  const [h, w] = shape.length === 4 ? [shape[2], shape[3]] : [height, width];
  const each = data.length / shape[0];
  const isColour = each === 3 * h * w;
  return Array.from({ length: Math.min(MOST, shape[0]) }, (_, i) => {
    // Of any other number of channels the first.
    const values = Float32Array.from(data.subarray(i * each, i * each + (isColour ? 3 : 1) * h * w));
    const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), Number.MIN_VALUE);
    const image = { width: w, height: h, data: values.map((value) => 0.5 + value / (2 * most)) };
    return isColour ? { ...image, channels: 3 } : image;
  });
}

export function Filters({ checkpoint }: { checkpoint: Checkpoint }) {
  const filters = filtersOf(checkpoint);
  if (filters.length === 0 || filters[0].width * filters[0].height === 1) return null;
  return (
    <>
      <h2>Filters of the first layer</h2>
      <p class="faint">
        {grouped(filters.length)} of them:{' '}
        {filters[0].channels === 3
          ? 'each looks for its colours, grey for none.'
          : 'bright looks for ink, dark for paper, grey for neither.'}
      </p>
      <ul class="pictures shown">
        {filters.map((image, i) => (
          <li>
            <Picture image={image} alt={`filter ${i + 1}`} side={Math.min(SIDE, 48)} />
          </li>
        ))}
      </ul>
    </>
  );
}
