import { resolveSettings } from '../../../pipeline/train/settings.ts';
import { type PresetData, presets } from '../../presets/presets.ts';
import { data, images, keepsWeights, settings } from '../state/settings.ts';
import { OwnPictures } from './ownPictures.tsx';

/** The sources, and how many of their images may be taken; undefined is all. */
const sources: Readonly<Record<PresetData, { title: string; amounts: readonly (number | undefined)[] }>> = {
  mnist: { title: 'MNIST’s digits', amounts: [200, 400, 1000, 2000, 10_000, undefined] },
  letters: { title: 'letters that fonts wrote', amounts: [2 * 62, 8 * 62, 18 * 62, 36 * 62, 72 * 62] },
  own: { title: 'your own pictures', amounts: [undefined] },
};

/** Takes a source, with settings that are known to work with it. */
function choose(source: PresetData): void {
  const usual = presets.find((preset) => preset.data === source)!;
  data.value = source;
  images.value = usual.images;
  settings.value = resolveSettings(usual.settings);
}

/** What there is to learn from. */
export function Data() {
  const { amounts } = sources[data.value];
  const listed = amounts.includes(images.value) ? amounts : [...amounts, images.value];
  return (
    <section aria-label="Data">
      <h2>Data</h2>
      <label class="train-field">
        <span>Learn from</span>
        <select
          value={data.value}
          onChange={({ currentTarget }) => choose(currentTarget.value as PresetData)}
        >
          {Object.entries(sources).map(([name, { title }]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {listed.length > 1 && (
        <label class="train-field">
          <span>Images</span>
          <select
            value={String(images.value)}
            onChange={({ currentTarget }) => {
              const { value } = currentTarget;
              images.value = value === 'undefined' ? undefined : Number(value);
            }}
          >
            {listed.map((amount) => (
              <option key={amount} value={String(amount)}>
                {amount?.toLocaleString('en-US') ?? 'all 60,000'}
              </option>
            ))}
          </select>
        </label>
      )}
      {data.value === 'own' && <OwnPictures />}
      <label class="train-check">
        <input
          type="checkbox"
          checked={keepsWeights.value}
          onChange={({ currentTarget }) => {
            keepsWeights.value = currentTarget.checked;
          }}
        />{' '}
        Begin with the weights that are there
      </label>
    </section>
  );
}
