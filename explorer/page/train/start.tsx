import { presets } from '../../presets/presets.ts';
import { openPreset, preset } from '../state/presets.ts';

const groups = [
  { title: 'Known to work', list: presets.filter(({ fails }) => fails !== true) },
  { title: 'Fail on purpose', list: presets.filter(({ fails }) => fails === true) },
];

/** Trainings to begin with. */
export function Start() {
  const { value } = preset;
  return (
    <section aria-label="Preset">
      <label class="train-field">
        <span>Begin with</span>
        <select
          value={value?.name ?? ''}
          onChange={({ currentTarget }) => void openPreset(currentTarget.value)}
        >
          {groups.map(({ title, list }) => (
            <optgroup key={title} label={title}>
              {list.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      {value && <p class="train-see">{value.see}</p>}
    </section>
  );
}
