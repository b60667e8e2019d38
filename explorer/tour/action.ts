import * as v from 'valibot';
import { whole } from '../../pipeline/numbers.ts';

/** The views of the page. */
export const views = ['draw', 'forward', 'backward', 'train', 'model', 'saliency', 'hood'] as const;

/**
 * Settings that are known to show something; the last four fail on purpose: a learning rate that is too high, layers
 * without ReLU, sigmoids in depth, few images without augmentation.
 */
export const tourPresets = [
  'tiny',
  'lenet',
  'rate-too-high',
  'no-relu',
  'deep-sigmoid',
  'few-images',
] as const;

/** What is no layer of a model, and is looked at as one: what makes the loss of its logits. */
export const tourOps = ['softmax', 'crossEntropy'] as const;

/** Parts of the page that a screen can point at. */
export const tourParts = [
  ...[
    'drawing',
    'stages',
    'maps',
    'layers',
    'inspector',
    'kernel',
    'products',
    'formula',
    'code',
    'probabilities',
  ],
  ...[
    'gradient',
    'check',
    'moments',
    'rate',
    'curves',
    'confusion',
    'mistakes',
    'filters',
    'augment',
    'link',
    'launches',
  ],
] as const;

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/**
 * What a screen of the tour does with the page when it is opened. What it leaves out stays as it is.
 *
 * A layer and an op exclude each other, and a parameter is one of a layer. Whether a layer and a cell are there is
 * known only with the model.
 */
export const tourAction = v.pipe(
  v.strictObject({
    /** the view that opens */
    view: v.optional(v.picklist(views)),
    /** the preset that is loaded, unless it is there already */
    preset: v.optional(v.picklist(tourPresets)),
    /** the digit that is drawn, stroke by stroke */
    draw: v.optional(v.picklist(digits)),
    /** which layer of the model is chosen, from 0 on */
    layer: v.optional(whole(0)),
    /** what is chosen instead of a layer */
    op: v.optional(v.picklist(tourOps)),
    /** which of the layer's trained tensors is chosen */
    parameter: v.optional(v.picklist(['weight', 'bias'])),
    /** indices of the number that is opened: of the parameter, where there is one, else of what comes out for one image */
    cell: v.optional(v.pipe(v.array(whole(0)), v.minLength(1), v.maxLength(4))),
    /**
     * whether what the view is about begins by itself: it moves over the map, or trains, and people who asked for less motion
     * start it themselves; or it records the step
     */
    animate: v.optional(v.boolean()),
    /** the part of the page that is framed */
    highlight: v.optional(v.picklist(tourParts)),
  }),
  v.check(
    ({ layer, op }) => layer === undefined || op === undefined,
    'a layer and an op; expected one of them',
  ),
  v.check(
    ({ layer, parameter }) => parameter === undefined || layer !== undefined,
    'a parameter without a layer',
  ),
  v.check(
    ({ layer, op, cell }) => cell === undefined || layer !== undefined || op !== undefined,
    'a cell of nothing; expected a layer or an op beside it',
  ),
);

export type TourAction = Readonly<v.InferOutput<typeof tourAction>>;
