import { builtInModels, type ModelSpec, modelPurposes } from '../../../pipeline/model/model.ts';
import { presets } from '../../presets/presets.ts';
import { network } from '../state/session.ts';
import { startFrom } from './editor.ts';

/** Models that one may begin with, by the words for them. */
const groups: readonly {
  readonly label: string;
  readonly models: readonly (readonly [string, ModelSpec])[];
}[] = [
  {
    label: 'Models of inkgrad',
    models: Object.entries(builtInModels).map(([name, model]) => [
      `${name}: ${modelPurposes[name as keyof typeof modelPurposes]}`,
      model,
    ]),
  },
  {
    label: 'Presets',
    // One of several that train the same model is enough.
    models: presets
      .filter(({ model }, i) => presets.findIndex((each) => each.model === model) === i)
      .filter(({ model }) => !Object.values(builtInModels).includes(model))
      .map(({ title, model }) => [title, model]),
  },
];

/** What the draft begins with. */
export const Starts = () => (
  <label>
    Begin with{' '}
    <select
      value=""
      onChange={({ currentTarget }) => {
        const [group, at] = currentTarget.value.split('.').map(Number);
        currentTarget.value = '';
        const model = group < 0 ? network.value?.plan.model : groups[group].models[at][1];
        if (model !== undefined) startFrom(model);
      }}
    >
      <option value="" disabled>
        …
      </option>
      <option value="-1">the network in use</option>
      {groups.map(({ label, models }, group) => (
        <optgroup key={label} label={label}>
          {models.map(([words], at) => (
            <option key={words} value={`${group}.${at}`}>
              {words}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  </label>
);
