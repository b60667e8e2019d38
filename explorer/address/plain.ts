import type { ModelSpec } from '../../pipeline/model/model.ts';
import { resolveSettings, type Settings } from '../../pipeline/train/settings.ts';
import type { DeviceKind } from '../lab/deviceKinds.ts';
import type { PresetData } from '../presets/presets.ts';
import { type ViewName, viewNames } from './viewNames.ts';

/** Some settings; the others are as they are where nobody says. */
export type SomeSettings = Parameters<typeof resolveSettings>[0];

/** What the page can begin with: what an address says is said against it. */
export interface Base {
  readonly kind: 'preset' | 'run';
  readonly name: string;
  readonly model: ModelSpec;
  readonly classes: readonly string[];
  readonly settings: SomeSettings;
  readonly images: Images;
  /** whether it comes with weights */
  readonly isTrained: boolean;
}

/** The images of a training. */
export interface Images {
  readonly data: PresetData;
  /** training images, those that validate among them; all when left out */
  readonly images?: number | undefined;
}

/** A digit that the page has written, and the seed of the hand that wrote it. */
export interface Written {
  readonly digit: string;
  readonly hand: number;
}

/** All that a page is reproduced from. */
export interface Address {
  readonly view: ViewName;
  readonly base: Base;
  /** in the place of the base's own; its weights are drawn by the seed */
  readonly model: ModelSpec | null;
  /** whether weights are drawn by the seed, though the base comes with some */
  readonly isFresh: boolean;
  /** whether a training begins with the weights that the base comes with, not with fresh ones */
  readonly keepsWeights: boolean;
  readonly settings: Settings;
  readonly images: Images;
  /** the usual one where none is said */
  readonly device: DeviceKind | null;
  readonly written: Written | null;
}

/**
 * An address that is a view alone, or nothing: the page as it begins. Others are read by `readAddress`, which takes more.
 *
 * @param bases what can be begun with, the usual one first
 * @returns null for any other
 */
export function plainAddress(text: string, [base]: readonly Base[]): Address | null {
  // Who opens a run wants to see it.
  const usual = base.kind === 'run' ? 'run' : viewNames[0];
  const view = viewNames.find((name) => name === (text || usual));
  if (view === undefined) return null;
  return {
    ...{ view, base, model: null, isFresh: !base.isTrained, keepsWeights: false },
    ...{ settings: resolveSettings(base.settings), images: base.images, device: null, written: null },
  };
}
