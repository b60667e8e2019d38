import { useId } from 'preact/hooks';
import {
  type Augmentation,
  type AugmentationField,
  augmentationFields,
  augmentations,
} from '../../../pipeline/data/augment.ts';
import { type Field, fits } from '../../../pipeline/fields.ts';
import { type SettingName, settingFields } from '../../../pipeline/train/settings.ts';
import { dropoutOf } from '../../lab/train/terms.ts';
import { network } from '../state/session.ts';
import { settings } from '../state/settings.ts';
import { begun, setDropout, setSetting, standing } from '../state/training.ts';
import { titles } from './titles.ts';

/** What is changed most often, in order. */
const first: readonly SettingName[] = ['lr', 'optimizer', 'schedule', 'batch', 'epochs'];
const others: readonly SettingName[] = [
  ...([
    'momentum',
    'beta1',
    'beta2',
    'weightDecay',
    'clip',
    'warmup',
    'labelSmoothing',
    'mixup',
    'cutmix',
    'accumulate',
  ] as const),
  ...(['patience', 'seed', 'validation', 'drawn', 'freeze', 'ema'] as const),
];

/** On a narrow screen the form would push the curves away. */
const isOpen = matchMedia('(min-width: 1100px)').matches;

/** What a training is made with; most of it may change while it goes on. */
export const SettingsForm = () => (
  <details class="train-settings" open={isOpen}>
    <summary>
      <h2>Settings</h2>
    </summary>
    {first.map((name) => (
      <Setting key={name} name={name} />
    ))}
    <Dropout />
    <Augment />
    <details>
      <summary>More settings</summary>
      {others.map((name) => (
        <Setting key={name} name={name} />
      ))}
      <ClassWeights />
    </details>
  </details>
);

function Setting({ name }: { name: SettingName }) {
  const field: Field = settingFields[name];
  const value = settings.value[name];
  const id = useId();
  const set = (text: string) => {
    const read = field.kind === 'choice' ? text : text === '' ? null : Number(text);
    if (!fits(field, read)) return false;
    void setSetting(name, read as never);
    return true;
  };
  return (
    <div class="train-field" data-part={name === 'lr' ? 'rate' : undefined}>
      <label for={id} title={`${field.help}: ${field.expected}`}>
        {titles[name]}
      </label>
      {field.kind === 'choice' ? (
        <select id={id} value={String(value)} onChange={({ currentTarget }) => set(currentTarget.value)}>
          {field.choices?.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          inputMode="decimal"
          placeholder={value === null ? 'none' : undefined}
          value={value === null ? '' : String(value)}
          title={`${field.help}: ${field.expected}`}
          onChange={({ currentTarget }) => {
            const isRight = set(currentTarget.value.trim());
            currentTarget.setCustomValidity(isRight ? '' : `It is ${field.expected}.`);
            currentTarget.reportValidity();
          }}
        />
      )}
      {name === 'lr' && <RateSlider value={settings.value.lr} />}
    </div>
  );
}

/** Weights for each class come from files of the command line; the page has the words. */
const ClassWeights = () => (
  <label class="train-field" title={settingFields.classWeights.help}>
    <span>{titles.classWeights}</span>
    <select
      value={String(settings.value.classWeights)}
      onChange={({ currentTarget }) =>
        void setSetting('classWeights', currentTarget.value as 'none' | 'balanced')
      }
    >
      <option>none</option>
      <option>balanced</option>
    </select>
  </label>
);

/** Tenfold from mark to mark. */
const RateSlider = ({ value }: { value: number }) => (
  <input
    type="range"
    class="train-rate"
    aria-label="Learning rate, tenfold from mark to mark"
    aria-valuetext={String(value)}
    min={-5}
    max={0}
    step={0.1}
    value={Math.log10(value)}
    onChange={({ currentTarget }) =>
      void setSetting('lr', Number((10 ** currentTarget.valueAsNumber).toPrecision(2)))
    }
  />
);

/** The share that dropout layers take away. */
function Dropout() {
  const model = network.value?.plan.model;
  const share = standing.value?.dropout ?? (model ? dropoutOf(model) : null);
  if (share === null || begun.value === null) return null;
  return (
    <div class="train-field">
      <label for="dropout">Dropout</label>
      <output>{share}</output>
      <input
        id="dropout"
        type="range"
        class="train-rate"
        min={0}
        max={0.9}
        step={0.05}
        value={share}
        onChange={({ currentTarget }) => void setDropout(currentTarget.valueAsNumber)}
      />
    </div>
  );
}

const names = Object.keys(augmentationFields) as AugmentationField[];

/** How images are changed at random: by a name, or each amount by itself. */
function Augment() {
  const now = settings.value.augment;
  const isSame = (other: Augmentation) => names.every((name) => other[name] === now[name]);
  const named = Object.entries(augmentations).find(([, amounts]) => isSame(amounts))?.[0] ?? 'own';
  return (
    <div data-part="augment">
      <label class="train-field" title={settingFields.augment.help}>
        <span>{titles.augment}</span>
        <select
          value={named}
          onChange={({ currentTarget }) =>
            void setSetting('augment', augmentations[currentTarget.value as keyof typeof augmentations])
          }
        >
          {Object.keys(augmentations).map((name) => (
            <option key={name}>{name}</option>
          ))}
          {named === 'own' && <option>own</option>}
        </select>
      </label>
      <details>
        <summary>Amounts</summary>
        {names.map((name) => {
          const { most, expected } = augmentationFields[name];
          return (
            <label key={name} class="train-field" title={expected}>
              <span>{name}</span>
              <output>{now[name]}</output>
              <input
                type="range"
                class="train-rate"
                min={0}
                max={most}
                step={most / 50}
                value={now[name]}
                onChange={({ currentTarget }) => {
                  const amount = Number(currentTarget.valueAsNumber.toPrecision(3));
                  void setSetting('augment', { ...now, [name]: amount });
                }}
              />
            </label>
          );
        })}
      </details>
    </div>
  );
}
