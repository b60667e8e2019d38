import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { PlanarImage, RgbaImage } from '../../pipeline/image/image.ts';
import { encodePng } from '../../pipeline/node/decode/decode.ts';
import { version } from '../version.ts';
import { style } from './style.ts';

/** A page that is whole by itself: it runs nothing and fetches nothing, and its policy says so. */
export const page = (title: string, content: ComponentChildren): string =>
  `<!doctype html>\n${renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"
        />
        <meta name="generator" content={`inkgrad ${version}`} />
        <title>{title}</title>
        <Whole as="style" markup={style} />
      </head>
      <body>
        <main>{content}</main>
      </body>
    </html>,
  )}\n`;

/** An element around markup, or style, that is whole as it is: nothing in it is escaped. Never for what others wrote. */
export const Whole = ({ as: Element = 'div', markup }: { as?: 'div' | 'style'; markup: string }) => (
  <Element dangerouslySetInnerHTML={{ __html: markup }} />
);

/** What may be wider than the page and scrolls by itself, by the keyboard too. */
export const Scrolled = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <section class="scroll" tabindex={0} aria-label={name}>
    {children}
  </section>
);

/**
 * An image within the page.
 *
 * @param side pixels of its longer side on the page; a small one is shown larger, pixel by pixel
 */
export function Picture({ image, alt, side }: { image: RgbaImage | PlanarImage; alt: string; side: number }) {
  const scale = side / Math.max(image.width, image.height);
  const shown = (length: number) => Math.max(1, Math.round(length * scale));
  const encoded = Buffer.from(encodePng(image)).toString('base64');
  const source = `data:image/png;base64,${encoded}`;
  return <img src={source} width={shown(image.width)} height={shown(image.height)} alt={alt} title={alt} />;
}
