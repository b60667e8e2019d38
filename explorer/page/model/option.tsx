import { useId, useState } from 'preact/hooks';
import { type DraftLayer, withOption } from './draft.ts';
import { edit } from './editor.ts';
import { optionOf, optionText } from './optionText.ts';

interface Props {
  readonly layer: DraftLayer;
  readonly name: string;
  /** what it may be, in the words of the model rules; undefined of what no layer of the type takes */
  readonly kind: string | undefined;
  readonly isRequired: boolean;
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** One option of a layer; what is typed counts from letter to letter. */
export function Option({ layer, name, kind, isRequired }: Props) {
  const control = useId();
  const hint = useId();
  const [typed, setTyped] = useState('');
  const value = layer.options[name];
  const set = (next: unknown) => edit((all) => withOption(all, layer.id, name, next), `${layer.id} ${name}`);
  const common = { id: control, 'aria-describedby': hint, 'aria-required': isRequired };
  return (
    <div class="option">
      <label for={control}>{name}</label>
      {kind === 'true or false' ? (
        <select
          {...common}
          value={optionText(value)}
          onChange={({ currentTarget }) =>
            set(currentTarget.value === '' ? undefined : currentTarget.value === 'true')
          }
        >
          <option value="">usual</option>
          <option>true</option>
          <option>false</option>
        </select>
      ) : (
        <input
          {...common}
          // What was typed stays as it was typed: "3," is on its way to "3, 5".
          value={isSame(optionOf(typed), value) ? typed : optionText(value)}
          placeholder={isRequired ? '' : 'usual'}
          spellcheck={false}
          autocomplete="off"
          onInput={({ currentTarget }) => {
            setTyped(currentTarget.value);
            set(optionOf(currentTarget.value));
          }}
        />
      )}
      <small id={hint} class="option-hint">
        {kind ?? 'no option of this type; empty it to take it away'}
      </small>
    </div>
  );
}
