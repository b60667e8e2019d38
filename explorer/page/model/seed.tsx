import { useId, useState } from 'preact/hooks';
import { type Field, fits } from '../../../pipeline/fields.ts';
import { settingFields } from '../../../pipeline/train/settings.ts';
import { changeSettings, settings } from '../state/settings.ts';

/** The seed by which weights are drawn, and all else that is by chance. */
export function Seed() {
  const hint = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const field: Field<number> = settingFields.seed;
  const seed = Number(typed);
  const isWrong = typed !== null && !(typed.trim() !== '' && fits(field, seed));
  return (
    <label>
      Seed{' '}
      <input
        class="model-seed"
        inputmode="numeric"
        value={isWrong ? typed : settings.value.seed}
        aria-invalid={isWrong}
        aria-describedby={hint}
        onInput={({ currentTarget: { value } }) => {
          setTyped(value);
          if (value.trim() !== '' && fits(field, Number(value))) changeSettings({ seed: Number(value) });
        }}
      />{' '}
      <span id={hint} class="fault" role="status">
        {isWrong ? `Expected ${field.expected}.` : ''}
      </span>
    </label>
  );
}
