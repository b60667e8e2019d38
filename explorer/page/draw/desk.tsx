import { useEffect, useState } from 'preact/hooks';
import { Fault } from '../parts/fault.tsx';
import { Answer } from './answer.tsx';
import { Camera } from './camera.tsx';
import { Field } from './field.tsx';
import { Paper } from './paper.tsx';
import { Preparation } from './preparation.tsx';
import { choosePicture, chosen, clear, takeTestImage, write, written } from './sources.ts';
import { isEmpty, undo } from './strokes.ts';

/** Where a picture is drawn or chosen, and what the network reads in it. */
export function Desk() {
  return (
    <section class="desk" aria-label="Drawing">
      <div class="surface" data-part="drawing">
        <Paper />
        <Field />
        {chosen.value && <img class="chosen" src={chosen.value.url} alt={chosen.value.name} />}
      </div>
      <Tools />
      <Fault where="picture" />
      <Answer />
      <Preparation />
    </section>
  );
}

/** A picture that is dropped anywhere on the page, where no part of it takes files of its own. */
function drop(event: DragEvent): void {
  if (event.defaultPrevented) return;
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file !== undefined) void choosePicture(file, file.name);
}

/** A picture that is pasted anywhere on the page. */
function paste(event: ClipboardEvent): void {
  const file = [...(event.clipboardData?.files ?? [])][0];
  if (file !== undefined) void choosePicture(file, file.name);
}

function Tools() {
  const [isCamera, setCamera] = useState(false);
  useEffect(() => {
    const listeners = { paste, drop, dragover: (event: Event) => event.preventDefault() };
    const all = Object.entries(listeners) as [string, EventListener][];
    for (const [name, listener] of all) document.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of all) document.removeEventListener(name, listener);
    };
  }, []);
  const nothing = isEmpty.value && chosen.value === null;
  return (
    <div class="tools">
      <p>
        <button type="button" onClick={undo} disabled={isEmpty.value}>
          Undo
        </button>{' '}
        <button type="button" onClick={clear} disabled={nothing}>
          Clear
        </button>{' '}
        <label class="button">
          Picture…
          <input
            type="file"
            accept="image/*"
            onChange={({ currentTarget }) => {
              const file = currentTarget.files?.[0];
              currentTarget.value = '';
              if (file !== undefined) void choosePicture(file, file.name);
            }}
          />
        </label>{' '}
        {'mediaDevices' in navigator && (
          <button type="button" onClick={() => setCamera(true)}>
            Camera
          </button>
        )}
      </p>
      <p class="digits">
        <span class="faint" id="written">
          or have one written
        </span>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a frame and a legend of its own line */}
        <span role="group" aria-labelledby="written">
          {written.map((digit) => (
            <button key={digit} type="button" class="digit" onClick={() => write(digit)}>
              {digit}
            </button>
          ))}
        </span>
      </p>
      <p>
        <button type="button" class="take-test" onClick={() => void takeTestImage()}>
          Take a test image
        </button>
      </p>
      {isCamera && <Camera onEnd={() => setCamera(false)} />}
    </div>
  );
}
