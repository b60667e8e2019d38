import { useEffect, useRef } from 'preact/hooks';
import { Fault } from '../parts/fault.tsx';
import { answer, looked, network, picture, read, seen } from '../state/session.ts';

/** Pixels of the paper. */
const SIDE = 280;
/** A stroke of a fourteenth of the paper, as of a felt pen. */
const PEN = SIDE / 14;

/** Where one draws, and what the network reads. */
export function Desk() {
  return (
    <section class="desk" aria-label="Drawing">
      <Paper />
      <Fault where="picture" />
      <Answer />
    </section>
  );
}

function Paper() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pen = useRef<CanvasRenderingContext2D | null>(null);
  useEffect(() => {
    pen.current = canvas.current!.getContext('2d', { willReadFrequently: true })!;
    clear();
  }, []);
  const clear = () => {
    const context = pen.current!;
    context.fillStyle = '#fff';
    context.fillRect(0, 0, SIDE, SIDE);
    picture.value = null;
    void read();
  };
  const place = (event: PointerEvent): [number, number] => {
    const { left, top, width, height } = canvas.current!.getBoundingClientRect();
    return [((event.clientX - left) / width) * SIDE, ((event.clientY - top) / height) * SIDE];
  };
  const look = () => {
    const { data } = pen.current!.getImageData(0, 0, SIDE, SIDE);
    picture.value = { width: SIDE, height: SIDE, data: new Uint8Array(data) };
    void read();
  };
  const line = (event: PointerEvent) => {
    pen.current!.lineTo(...place(event));
    pen.current!.stroke();
    look();
  };
  return (
    <div class="paper">
      <canvas
        ref={canvas}
        width={SIDE}
        height={SIDE}
        class="sheet"
        aria-label="Paper to draw a digit on"
        onPointerDown={(event) => {
          const context = pen.current!;
          canvas.current!.setPointerCapture(event.pointerId);
          Object.assign(context, {
            lineWidth: PEN,
            lineCap: 'round',
            lineJoin: 'round',
            strokeStyle: '#1f2328',
          });
          context.beginPath();
          context.moveTo(...place(event));
          line(event);
        }}
        onPointerMove={(event) => canvas.current!.hasPointerCapture(event.pointerId) && line(event)}
      />
      <button type="button" onClick={clear}>
        Clear
      </button>
    </div>
  );
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

function Answer() {
  const look = looked.value;
  const classes = network.value?.classes ?? [];
  const said =
    look === null || answer.value === null
      ? seen.value?.holds === 'none'
        ? 'No ink found.'
        : 'Draw a digit.'
      : `It reads ${classes[answer.value]}.`;
  return (
    <div class="answer">
      <p aria-live="polite" class="said">
        {said}
      </p>
      <ol class="bars">
        {classes.map((name, i) => (
          <li key={name} class={i === answer.value ? 'best' : ''}>
            <b>{name}</b>
            <span class="bar" style={{ '--part': look?.probabilities[i] ?? 0 }} />
            <span class="figure">{look ? percent(look.probabilities[i]) : ''}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
