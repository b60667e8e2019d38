import { parseModel } from '../../../pipeline/model/model.ts';
import { parseJson } from '../../../pipeline/text/json.ts';
import { startFrom } from './editor.ts';

/** Edits the model of a file, as `inkgrad train --model` takes it. @throws Error that says in a sentence what it is not */
export const editModel = (bytes: Uint8Array, name: string): void =>
  startFrom(parseModel(read(bytes, name), name));

function read(bytes: Uint8Array, name: string): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Error(`${name} is not JSON; a model is {"name": "…", "input": [1, 28, 28], "layers": […]}.`);
  }
}
