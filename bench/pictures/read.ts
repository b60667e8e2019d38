import { InkgradError } from '../../engine/errors.ts';
import type { RgbaImage } from '../../pipeline/image/image.ts';
import type { Predictor } from '../../pipeline/predict/predict.ts';

/** What became of a picture. */
export interface Reading {
  /** undefined where it was refused */
  readonly label?: string;
  readonly probability?: number;
  /** why it was refused */
  readonly refused?: string;
  /** what the network saw: size² bytes */
  readonly seen?: Uint8Array;
}

/** Reads pictures of one character each. They are taken one by one, so that no two large ones are in memory. */
export type ReadPictures = (pictures: Iterable<RgbaImage>) => Promise<Reading[]>;

/** As `inkgrad predict` names a picture that did not come prepared. */
export const readerOf =
  (predictor: Predictor): ReadPictures =>
  async (pictures) => {
    const readings: Reading[] = [];
    for (const picture of pictures) readings.push(prepareOne(predictor, picture));
    const prepared = readings.flatMap(({ seen }) => seen ?? []);
    const predicted = (await predictor.predictAll(prepared)).values();
    return readings.map((reading) => {
      if (reading.seen === undefined) return reading;
      const { guesses, refused } = predicted.next().value!;
      return refused ? { ...reading, refused: 'no character of the model' } : { ...reading, ...guesses[0] };
    });
  };

function prepareOne(predictor: Predictor, picture: RgbaImage): Reading {
  try {
    const { image, holds } = predictor.prepare(picture);
    return holds === 'none' ? { refused: 'no ink found' } : { seen: image };
  } catch (error) {
    if (error instanceof InkgradError) return { refused: error.message };
    throw error;
  }
}
