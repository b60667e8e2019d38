import { hasPackage } from './packageFolder.ts';

/** The formats that pictures are read in, by what their files are usually called. */
const endings = {
  PNG: /\.a?png$/i,
  JPEG: /\.(jpe?g|jpe|jfif?|jif|pjpe?g|pjp)$/i,
  WebP: /\.webp$/i,
  AVIF: /\.avifs?$/i,
  TIFF: /\.tiff?$/i,
  GIF: /\.gif$/i,
  SVG: /\.svg$/i,
} as const;

export type Format = keyof typeof endings;

/** Those of them that the npm package sharp decodes; it is installed by choice. */
export const sharpFormats = ['WebP', 'AVIF', 'TIFF', 'GIF', 'SVG'] as const satisfies Format[];
export type SharpFormat = (typeof sharpFormats)[number];

export const isSharpFormat = (format: unknown): format is SharpFormat =>
  (sharpFormats as readonly unknown[]).includes(format);

/** Whether the npm package that decodes further formats is there; it is loaded when a file of such a format comes. */
export const hasSharp = (): boolean => hasPackage('sharp');

/** The format that a file's name claims. */
export const formatOfName = (name: string): Format | undefined =>
  (Object.keys(endings) as Format[]).find((format) => endings[format].test(name));

/** Whether a file of this name is read where the npm package sharp is installed, and else not. */
export const isSharpName = (name: string): boolean =>
  sharpFormats.some((format) => endings[format].test(name));

/** Whether a file in a folder is taken for an image; what it really is, its content tells. */
export const isImageName = (name: string): boolean => {
  const format = formatOfName(name);
  return format === 'PNG' || format === 'JPEG' || (format !== undefined && hasSharp());
};

/** Pictures in formats that are not read, whatever is installed. */
const OTHER =
  /\.(bmp|dib|hei[cf]s?|hif|p[bgpn]m|jxl|jp2|j2k|jpx|tga|ico|cur|psd|pdf|dng|cr[23w]|nef|arw|eps)$/i;

/** Whether a file is called as a picture of a format that is not read here and now. */
export const isOtherImageName = (name: string): boolean =>
  OTHER.test(name) || (isSharpName(name) && !hasSharp());
