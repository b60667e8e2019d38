import { totalOf } from '../forward/costs.ts';
import { network } from '../state/session.ts';
import { Texts } from './code.tsx';
import { addedLast, freshLayer } from './draft.ts';
import { canUndo, checked, draft, edit, isEdited, told, undo, use } from './editor.ts';
import { Files } from './files.tsx';
import { focusType, LayerList } from './layer.tsx';
import { Seed } from './seed.tsx';
import { Starts } from './starts.tsx';

export { editModel } from './modelFile.ts';

/** The network as a list of layers that can be changed; files of networks; the same as JSON and as code. */
export const Model = () => (
  <div class="model">
    <Files />
    <Editor />
    <Texts />
  </div>
);

function Editor() {
  const { name, input, layers } = draft.value;
  const { fault, placed } = checked.value;
  const whole = fault?.layer === null ? fault.words : undefined;
  const top = layers.flatMap(({ id }) => placed.get(id) ?? []);
  const add = () => {
    const layer = freshLayer('relu', top.at(-1)?.output ?? null);
    edit((all) => addedLast(all, layer));
    focusType(layer.id);
  };
  return (
    <section aria-labelledby="layers" data-part="layers">
      <h2 id="layers">Layers</h2>
      <div class="model-bar">
        <Starts />
        <label>
          Name{' '}
          <input
            class="model-name"
            value={name}
            spellcheck={false}
            autocomplete="off"
            onInput={({ currentTarget: { value } }) => edit((all) => ({ ...all, name: value }), 'name')}
          />
        </label>
        <button type="button" data-undo aria-disabled={!canUndo.value} onClick={undo}>
          Undo
        </button>
      </div>
      <p class="faint">
        An image of {input.join('×')} goes in; each layer gets what the one before it makes. Alt and the arrow
        keys move a layer.
      </p>
      <LayerList layers={layers} label="Layers" />
      <p>
        <button type="button" onClick={add}>
          Add a layer at the end
        </button>
      </p>
      <p class="fault" role="status">
        {whole}
      </p>
      <p class="sr" aria-live="polite">
        {told.value}
      </p>
      {fault === null && <p class="faint">{totalOf(top)}</p>}
      <Use />
    </section>
  );
}

/** What puts the draft in the place of the network. */
function Use() {
  const { fault } = checked.value;
  const inUse = network.value?.name;
  const said = !isEdited.value
    ? `This is the network in use, ${inUse}.`
    : fault === null
      ? `It takes the place of ${inUse}, with new weights.`
      : `${inUse} stays in use until this one can be.`;
  return (
    <div class="model-use">
      <button
        type="button"
        class={isEdited.value ? 'main' : ''}
        aria-disabled={fault !== null}
        onClick={() => fault === null && void use()}
      >
        {isEdited.value ? 'Use this network' : 'Draw its weights anew'}
      </button>
      <Seed />
      <span class="faint" role="status">
        {said}
      </span>
    </div>
  );
}
