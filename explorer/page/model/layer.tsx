import { layerKinds } from '../../../pipeline/model/layers.ts';
import { costsOf } from '../forward/costs.ts';
import { addedBelow, addedInside, type DraftLayer, freshLayer, moved, without, withType } from './draft.ts';
import { checked, edit, tellPlace, told } from './editor.ts';
import { Option } from './option.tsx';

/** A list of layers, numbered as errors number them. */
export const LayerList = ({ layers, label }: { layers: readonly DraftLayer[]; label: string }) => (
  <ol class="draft" aria-label={label}>
    {layers.map((layer, at) => (
      <Layer key={layer.id} layer={layer} at={at} isLast={at === layers.length - 1} />
    ))}
  </ol>
);

interface Props {
  readonly layer: DraftLayer;
  readonly at: number;
  readonly isLast: boolean;
}

function Layer({ layer, at, isLast }: Props) {
  const { id, type } = layer;
  const { placed, fault } = checked.value;
  const place = placed.get(id);
  const own = fault?.layer === id ? fault.words : undefined;
  const move = (by: number) => {
    edit((draft) => moved(draft, id, by));
    tellPlace(id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!event.altKey || by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move(by);
  };
  return (
    <li class={own === undefined ? 'draft-layer' : 'draft-layer draft-wrong'} onKeyDown={onKeyDown}>
      <div class="draft-row">
        <span class="draft-number">{at}</span>
        <Type layer={layer} input={place?.input ?? null} label={`Type of layer ${at}`} />
        <Options layer={layer} />
        <Buttons layer={layer} name={`layer ${at} (${type})`} at={at} isLast={isLast} move={move} />
      </div>
      <p class="draft-costs">
        {place ? (
          <>
            <b>{place.output.join('×')}</b> {costsOf(place).join(' · ')}
          </>
        ) : (
          own === undefined && 'waits for the layer before it'
        )}
      </p>
      <p class="fault" role="status">
        {own}
      </p>
      {(layerKinds[type]?.branches ?? []).map((name) => (
        <Branch key={name} layer={layer} name={name} input={place?.input ?? null} />
      ))}
    </li>
  );
}

interface TypeProps {
  readonly layer: DraftLayer;
  readonly input: readonly number[] | null;
  readonly label: string;
}

const Type = ({ layer: { id, type }, input, label }: TypeProps) => (
  <select
    class="draft-type"
    aria-label={label}
    value={type}
    data-layer={id}
    onChange={({ currentTarget }) => edit((draft) => withType(draft, id, currentTarget.value, input))}
  >
    {type in layerKinds ? null : <option>{type}</option>}
    {Object.keys(layerKinds).map((each) => (
      <option key={each}>{each}</option>
    ))}
  </select>
);

/** What must be said at once, and what may be behind a word. */
function Options({ layer }: { layer: DraftLayer }) {
  const { type, options } = layer;
  const { required, optional, branches = [] } = layerKinds[type] ?? { required: {}, optional: {} };
  const musts = Object.keys(required).filter((name) => !branches.includes(name));
  const strange = Object.keys(options).filter((name) => !(name in required) && !(name in optional));
  const mays = Object.keys(optional).filter((name) => !branches.includes(name));
  const isSaid = mays.some((name) => name in options);
  return (
    <div class="draft-options">
      {[...musts, ...strange].map((name) => (
        <Option
          key={name}
          layer={layer}
          name={name}
          kind={required[name]}
          isRequired={musts.includes(name)}
        />
      ))}
      {mays.length > 0 && (
        <details open={isSaid}>
          <summary>more</summary>
          <div class="draft-options">
            {mays.map((name) => (
              <Option key={name} layer={layer} name={name} kind={optional[name]} isRequired={false} />
            ))}
          </div>
        </details>
      )}
    </div>
  );
}

interface ButtonProps extends Props {
  /** what the buttons call the layer */
  readonly name: string;
  readonly move: (by: number) => void;
}

function Buttons({ layer: { id }, name, at, isLast, move }: ButtonProps) {
  const { placed } = checked.value;
  const add = () => {
    const layer = freshLayer('relu', placed.get(id)?.output ?? null);
    edit((draft) => addedBelow(draft, id, layer));
    told.value = `A relu layer was added below ${name}.`;
    focusType(layer.id);
  };
  const remove = () => {
    edit((draft) => without(draft, id));
    told.value = `${name} was taken away.`;
    document.querySelector<HTMLElement>('[data-undo]')?.focus();
  };
  return (
    <span class="draft-buttons">
      {/* A button that cannot be pressed any more keeps the focus: who moves a layer by the keyboard stays with it. */}
      <button type="button" aria-label={`Move ${name} up`} aria-disabled={at === 0} onClick={() => move(-1)}>
        ↑
      </button>
      <button type="button" aria-label={`Move ${name} down`} aria-disabled={isLast} onClick={() => move(1)}>
        ↓
      </button>
      <button type="button" aria-label={`Add a layer below ${name}`} onClick={add}>
        +
      </button>
      <button type="button" aria-label={`Take ${name} away`} onClick={remove}>
        ×
      </button>
    </span>
  );
}

/** Once it is there, a new layer is where one types. */
export const focusType = (id: number): void =>
  void requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`select[data-layer="${id}"]`)?.focus(),
  );

interface BranchProps {
  readonly layer: DraftLayer;
  /** the option that holds the layers */
  readonly name: string;
  readonly input: readonly number[] | null;
}

/** The layers inside a layer. */
function Branch({ layer, name, input }: BranchProps) {
  const inner = layer.branches[name] ?? [];
  const add = () => {
    const fresh = freshLayer('conv2d', input);
    edit((draft) => addedInside(draft, layer.id, name, fresh));
    focusType(fresh.id);
  };
  return (
    <div class="draft-branch">
      <p>
        <b>{name}</b>{' '}
        <button type="button" class="quiet" onClick={add}>
          add a layer to {name}
        </button>
      </p>
      {inner.length > 0 && <LayerList layers={inner} label={name} />}
    </div>
  );
}
