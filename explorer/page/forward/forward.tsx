import { NumberMap } from '../parts/map.tsx';
import { looked, network } from '../state/session.ts';

/** Every layer as maps. */
export function Forward() {
  const look = looked.value;
  const layers = network.value?.layers ?? [];
  return (
    <div class="layers">
      {layers.map(({ spec, output }, i) => {
        const [channels, height, width] = output.length === 3 ? output : [1, 1, output[0]];
        const maps = look?.layers[i];
        return (
          <section key={i} class="layer" aria-label={`Layer ${i}: ${spec.type}`}>
            <h3>
              {spec.type} <small>{output.join('×')}</small>
            </h3>
            <div class="maps">
              {maps &&
                Array.from({ length: channels }, (_, c) => (
                  <NumberMap
                    key={c}
                    data={maps.data.subarray(c * height * width, (c + 1) * height * width)}
                    width={width}
                    height={height}
                    side={output.length === 3 ? 64 : 320}
                    name={`channel ${c}`}
                  />
                ))}
            </div>
          </section>
        );
      })}
    </div>
  );
}
