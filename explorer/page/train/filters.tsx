import { useEffect } from 'preact/hooks';
import { sizeOf } from '../../../engine/shape.ts';
import { largest, NumberMap } from '../parts/map.tsx';
import { insight, watchers } from './insight.ts';

/** Filters that are shown at the most. */
const MOST = 64;

/** Filters of the first convolution, as they change. */
export function Filters() {
  useEffect(() => {
    watchers.value++;
    return () => {
      watchers.value--;
    };
  }, []);
  const filters = insight.value?.filters;
  if (!filters) return null;
  const { shape, data } = filters;
  const [many, , height, width] = shape;
  const each = sizeOf(shape) / many;
  const scale = largest(data, data.length);
  return (
    <section aria-label="Filters of the first layer" data-part="filters">
      <h2>
        Filters of the first layer <small>blue below 0, orange above</small>
      </h2>
      <div class="maps">
        {Array.from({ length: Math.min(many, MOST) }, (_, i) => (
          <NumberMap
            key={i}
            data={data.subarray(i * each, i * each + width * height)}
            width={width}
            height={height}
            side={44}
            scale={scale}
            name={`filter ${i}`}
          />
        ))}
      </div>
    </section>
  );
}
