import { type ModelSpec, parseModel, place } from '../../../pipeline/model/model.ts';
import { type PlacedLayer, placeAll } from '../../../pipeline/model/place.ts';
import { checkImages } from '../../../pipeline/train/images.ts';
import { type Draft, type DraftLayer, modelOf, specsOf } from './draft.ts';

/** What the model rules say of a draft. */
export interface Checked {
  /** the layers that are in place, by their numbers: all before the one that is at fault */
  readonly placed: ReadonlyMap<number, PlacedLayer>;
  /** null where nothing is wrong */
  readonly fault: {
    readonly words: string;
    /** the layer that it is of; null for the model as a whole */
    readonly layer: number | null;
  } | null;
  /** where nothing is wrong */
  readonly model: ModelSpec | null;
}

/** Who the network is for: how many classes it tells apart, and the side of its images. */
export interface Purpose {
  readonly classes: number;
  readonly size: number;
}

/** Holds a draft to the rules of every model file, and says where it fails them. */
export function checkDraft(draft: Draft, { classes, size }: Purpose): Checked {
  const placed = new Map<number, PlacedLayer>();
  const layer = firstFault(draft.layers, draft.input, classes, placed);
  try {
    const model = parseModel(modelOf(draft), 'the model');
    place(model, classes);
    checkImages(model, { size });
    return { placed, fault: null, model };
  } catch (error) {
    return { placed, fault: { words: (error as Error).message, layer }, model: null };
  }
}

/**
 * The first layer that cannot be where it is: the first with which the list cannot be placed any more.
 *
 * @param into is given those before
 * @returns null where all can
 */
function firstFault(
  layers: readonly DraftLayer[],
  input: readonly number[],
  classes: number,
  into: Map<number, PlacedLayer>,
): number | null {
  const specs = specsOf(layers);
  const placedTo = (many: number): PlacedLayer[] | null => {
    try {
      return placeAll(specs.slice(0, many), input, classes, '');
    } catch {
      return null;
    }
  };
  // What can be placed with a layer can be placed without it: so many of them can.
  let [good, bad] = [0, layers.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (placedTo(middle) === null) bad = middle;
    else good = middle;
  }
  const placed = placedTo(good) ?? [];
  note(layers, placed, into);
  if (good === layers.length) return null;
  const { id, branches } = layers[good];
  const comesIn = placed.at(-1)?.output ?? input;
  for (const inner of Object.values(branches)) {
    const fault = firstFault(inner, comesIn, classes, into);
    if (fault !== null) return fault;
  }
  return id;
}

function note(
  layers: readonly DraftLayer[],
  placed: readonly PlacedLayer[],
  into: Map<number, PlacedLayer>,
): void {
  for (const [i, each] of placed.entries()) {
    into.set(layers[i].id, each);
    for (const [name, inner] of Object.entries(each.branches)) note(layers[i].branches[name], inner, into);
  }
}
