import type { GrayImage, RgbaImage } from '../../pipeline/image/image.ts';
import { encodePng } from '../../pipeline/node/decode/decode.ts';
import { version } from '../version.ts';
import { type Content, html, Markup } from './html.ts';
import { style } from './style.ts';

/** A page that is whole by itself: it runs nothing and fetches nothing, and its policy says so. */
export const page = (title: string, ...content: readonly Content[]): string =>
  `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="generator" content="inkgrad ${version}">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>`.text
  }\n`;

/**
 * An image within the page.
 *
 * @param side pixels of its longer side on the page; a small one is shown larger, pixel by pixel
 */
export const picture = (image: RgbaImage | GrayImage, alt: string, side: number): Markup => {
  const scale = side / Math.max(image.width, image.height);
  const shown = (length: number) => Math.max(1, Math.round(length * scale));
  const encoded = Buffer.from(encodePng(image)).toString('base64');
  return html`<img src="data:image/png;base64,${encoded}" width="${shown(image.width)}" height="${shown(image.height)}" alt="${alt}" title="${alt}">`;
};
