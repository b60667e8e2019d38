import { type GrayImage, grayFromBytes, type RgbaImage } from '../image/image.ts';
import { prepareStages, type Stage } from '../preprocess/prepare.ts';
import { keepsWhole, type Recipe } from '../preprocess/recipe.ts';
import type { SeenPiece } from './candidate.ts';
import { cutOut } from './cut.ts';
import { type Found, findInk } from './front.ts';
import type { Kind } from './kind.ts';
import { singleOf } from './single.ts';

/** What is said of the last stage where a picture holds no ink. */
export const NO_INK = 'no ink found';

/** How bright pieces are drawn that are no part of the character: seen for something else, or hardly seen at all. */
const LEFT_OUT = 0.5;
const SHADE = 0.25;

/**
 * What `preparePicture` makes of a picture, step by step.
 *
 * @returns `light`, the paper that is taken out; `ink`, what stands out from it; `left out`, the character's own pieces in
 *   white and what was taken for anything else in grey; `cut`, what the recipe is given; then a stage for each of its steps
 *   and `prepared`, exactly the bytes of `preparePicture`. Without ink there are `light`, `ink`, `left out` and a black
 *   `prepared`, of which it is said. A recipe for whole pictures or prepared images has its own stages alone.
 * @throws PipelineError where a recipe for prepared images gets one of another size
 */
export function pictureStages(picture: RgbaImage, recipe: Recipe): Stage[] {
  if (recipe.steps.length === 0 || keepsWhole(recipe)) return prepareStages(picture, recipe);
  const found = findInk(picture);
  const own = singleOf(found);
  const seen = [lightStage(found, picture), inkStage(found), leftOutStage(found, own)];
  if (own.length === 0) {
    const { size } = recipe;
    const black = grayFromBytes(new Uint8Array(size ** 2), size, size);
    return [...seen, { name: 'prepared', parameters: [NO_INK], image: black }];
  }
  // The cut is grey already, so that the recipe's first stage is a copy of it.
  const cut = cutOut(picture, found, own);
  const [{ image }, ...rest] = prepareStages(cut, recipe);
  return [...seen, { name: 'cut', parameters: [`${cut.width}×${cut.height}`], image }, ...rest];
}

/** The paper as light falls on it, at the size at which the picture was looked at, and as far as it was from nearby. */
function lightStage({ best, plane, factor, region, surface }: Found, { width, height }: RgbaImage): Stage {
  const under = { opaque: [], sheet: ['a sheet'], ink: ['no paper'] }[surface.kind];
  const part = region.width < width || region.height < height ? ['a part'] : [];
  const looked = factor === 1 ? [] : [`1:${factor}`];
  return { name: 'light', parameters: [...under, ...part, ...looked], image: best?.ground ?? plane };
}

/** How much each pixel stands out from its paper: white has the contrast that strokes have. */
function inkStage({ best, plane: { width, height } }: Found): Stage {
  const data = new Float32Array(width * height);
  if (best === undefined) return { name: 'ink', parameters: ['none'], image: { width, height, data } };
  const full = best.level.ink;
  best.contrast.forEach((value, i) => {
    data[i] = Math.min(1, value / full);
  });
  return { name: 'ink', parameters: [`${best.polarity} ink`], image: { width, height, data } };
}

/** All pieces of ink, and what those are taken for that the character goes without. */
function leftOutStage({ best, plane: { width, height } }: Found, own: readonly SeenPiece[]): Stage {
  const data = new Float32Array(width * height);
  const kinds = new Map<Kind, number>();
  for (const piece of best?.pieces ?? []) {
    const isOwn = own.includes(piece);
    const tone = isOwn ? 1 : piece.kind === 'shade' ? SHADE : LEFT_OUT;
    for (const pixel of piece.pixels) data[pixel] = tone;
    if (!isOwn) kinds.set(piece.kind, (kinds.get(piece.kind) ?? 0) + 1);
  }
  const parameters = kinds.size === 0 ? ['nothing'] : [...kinds].map(([kind, count]) => `${kind} ${count}`);
  return { name: 'left out', parameters, image: { width, height, data } satisfies GrayImage };
}
