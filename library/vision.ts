/** From a picture to what a network takes: preparation, and the characters of a page. */
export type { ColourImage, GrayImage, RgbaImage } from '../pipeline/image/image.ts';
