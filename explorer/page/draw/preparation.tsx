import { signal } from '@preact/signals';
import type { Stage } from '../../../pipeline/preprocess/prepare.ts';
import type { Recipe, Step } from '../../../pipeline/preprocess/recipe.ts';
import { steps } from '../../../pipeline/preprocess/recipe.ts';
import { NumberMap } from '../parts/map.tsx';
import { attempt, read, recipe, seen, staged } from '../state/session.ts';
import { type Control, controlsOf, withValue } from './controls.ts';

/** What each stage before the recipe's own is; the others are called by their step. */
const notes: Readonly<Record<string, string>> = {
  light: 'the paper, as light falls on it',
  ink: 'what stands out from it',
  'left out': 'the character in white, all else in grey',
  cut: 'the character alone',
  prepared: 'what the network sees',
};

/** The stage whose step is being changed. */
const open = signal<number | null>(null);

/** How the picture became what the network sees, stage by stage; a step can be changed. */
export function Preparation() {
  const { value } = staged;
  const stages = value?.stages ?? [];
  const own = stages.length - recipeSteps(value?.recipe).length - 1;
  return (
    <section class="preparation" aria-label="Preparation" data-part="stages">
      <h2>
        Preparation
        {recipe.value !== null && (
          <button type="button" class="quiet" onClick={() => void use(null)}>
            as trained
          </button>
        )}
      </h2>
      {stages.length === 0 && <p class="faint">Each step from your paper to what the network sees.</p>}
      <ol class="stages">
        {stages.map((stage, i) => (
          <StageOf key={i} stage={stage} step={i >= own && i < stages.length - 1 ? i - own : null} />
        ))}
      </ol>
    </section>
  );
}

/** The steps of a recipe that have a stage of their own behind the cut. */
const recipeSteps = (own: Recipe | undefined): readonly Step[] =>
  own?.steps.filter(({ step }) => step !== 'grayscale') ?? [];

function StageOf({ stage: { name, parameters, image }, step }: { stage: Stage; step: number | null }) {
  const { width, height, data } = image;
  const isOpen = step !== null && open.value === step;
  const picture = (
    <>
      <NumberMap
        data={data}
        width={width}
        height={height}
        side={56}
        scale={1}
        tone="grey"
        name={`${name}: ${notes[name] ?? parameters.join(', ')}`}
      />
      <span class="name">{name}</span>
      <small>{parameters.join(' ')}</small>
    </>
  );
  if (step === null) return <li title={notes[name]}>{picture}</li>;
  return (
    <li>
      <button
        type="button"
        class="stage"
        aria-expanded={isOpen}
        onClick={() => {
          open.value = isOpen ? null : step;
        }}
      >
        {picture}
      </button>
      {isOpen && <Controls at={step} />}
    </li>
  );
}

/** What sets the parameters of a step. */
function Controls({ at }: { at: number }) {
  const own = seen.value!.recipe;
  const step = recipeSteps(own)[at];
  if (step === undefined || step.step === 'grayscale') return null;
  const { step: name, ...now } = step as Step & Record<string, unknown>;
  const { parameters } = steps[name as keyof typeof steps];
  const set = (field: string, value: unknown) => {
    const changed = { step: name, ...withValue(parameters, now, field, value) } as Step;
    const list = own.steps.map((each) => (each === step ? changed : each));
    void use({ ...own, steps: list });
  };
  const controls = controlsOf(parameters, now);
  return (
    <fieldset class="controls">
      <legend>{name as string}</legend>
      {controls.map((control) => (
        <ControlOf key={control.name} control={control} value={now[control.name]} set={set} />
      ))}
      {controls.length === 0 && <p class="faint">Nothing to set.</p>}
    </fieldset>
  );
}

interface ControlProps {
  readonly control: Control;
  readonly value: unknown;
  readonly set: (field: string, value: unknown) => void;
}

function ControlOf({ control, value, set }: ControlProps) {
  const { name } = control;
  if (control.kind === 'choice') {
    return (
      <label>
        {name}
        <select value={String(value)} onChange={({ currentTarget }) => set(name, currentTarget.value)}>
          {control.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      </label>
    );
  }
  const { least, most, step } = control;
  return (
    <label>
      {name}{' '}
      <output>
        {Number(value)
          .toPrecision(3)
          .replace(/\.?0+$/, '')}
      </output>
      <input
        type="range"
        min={least}
        max={most}
        step={step}
        value={Number(value)}
        onInput={({ currentTarget }) => set(name, currentTarget.valueAsNumber)}
      />
    </label>
  );
}

/** Prepares by another recipe; null is the network's own. */
const use = (own: Recipe | null) =>
  attempt('picture', async () => {
    recipe.value = own;
    await read();
  });
