import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { unfitted } from '../../../pipeline/checkpoint/certainty.ts';
import { modelPy } from '../../../pipeline/interchange/pytorch/write.ts';
import { parseModel } from '../../../pipeline/model/model.ts';
import { modelText } from '../../../pipeline/model/modelText.ts';
import { parseJson } from '../../../pipeline/text/json.ts';
import { Fault } from '../parts/fault.tsx';
import { save } from '../parts/save.ts';
import { network, say } from '../state/session.ts';
import { type Draft, draftOf, modelOf } from './draft.ts';
import { checked, draft, edit } from './editor.ts';

/** The model as texts: the JSON that `--model` takes, which can be changed here too, and code. */
export const Texts = () => (
  <>
    <Json />
    <Code />
  </>
);

function Json() {
  // What was typed stays as it was typed as long as the draft is not changed elsewhere.
  const [typed, setTyped] = useState<{ readonly text: string; readonly of: Draft } | null>(null);
  const made = modelText(modelOf(draft.value));
  const text = typed?.of === draft.value ? typed.text : made;
  const change = (next: string) => {
    try {
      const model = parseModel(parseJson(next), 'the JSON');
      edit(() => draftOf(model), 'json');
      say('json', null);
    } catch (error) {
      say('json', `${(error as Error).message.replace(/^is/, 'the JSON is')}; the layers stay as they were.`);
    }
    setTyped({ text: next, of: draft.value });
  };
  return (
    <section aria-labelledby="json">
      <h2 id="json">As JSON</h2>
      <p class="faint">
        A file that <code>inkgrad train --model</code> takes. What is changed here is changed above.
      </p>
      <textarea
        class="text"
        aria-labelledby="json"
        spellcheck={false}
        rows={Math.min(24, text.split('\n').length)}
        value={text}
        onInput={({ currentTarget }) => change(currentTarget.value)}
      />
      <Fault where="json" />
      <Give name={`${draft.value.name}.json`} text={made} />
    </section>
  );
}

function Code() {
  const { model } = checked.value;
  const plan = network.value?.plan;
  return (
    <section aria-labelledby="code">
      <h2 id="code">As PyTorch code</h2>
      <details>
        <summary>model.py</summary>
        {model === null || plan === undefined ? (
          <p class="faint">There is code once the model can be.</p>
        ) : (
          <Python
            text={modelPy({ model, classes: plan.classes, recipe: plan.recipe, certainty: unfitted })}
          />
        )}
      </details>
    </section>
  );
}

const Python = ({ text }: { text: string }) => (
  <>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what overflows is scrolled by the keyboard */}
    <pre class="text" tabIndex={0}>
      {text}
    </pre>
    <Give name="model.py" text={text}>
      <span class="faint">
        <code>inkgrad export --format pytorch</code> writes it with the weights, and all that it reads them
        with.
      </span>
    </Give>
  </>
);

/** Copies a text, or saves it. */
function Give({ name, text, children }: { name: string; text: string; children?: ComponentChildren }) {
  const [said, tell] = useState('');
  const copy = () =>
    Promise.resolve()
      .then(() => navigator.clipboard.writeText(text))
      .then(
        () => tell('Copied.'),
        () => tell('The browser lets the page copy nothing; save it instead.'),
      );
  return (
    <p>
      <button type="button" onClick={() => void copy()}>
        Copy
      </button>{' '}
      <button type="button" onClick={() => save(name, text)}>
        Save {name}
      </button>{' '}
      <span class="faint" role="status">
        {said}
      </span>{' '}
      {children}
    </p>
  );
}
