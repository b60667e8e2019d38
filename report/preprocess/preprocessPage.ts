import type { Heading, Row } from '../../pipeline/draw/contactSheet.ts';
import { html, type Markup } from '../page/html.ts';
import { page, picture } from '../page/page.ts';

/**
 * A contact sheet as a page: a row per image, a column per stage.
 *
 * @param side pixels of the longer side of a picture
 */
export function preprocessPage(
  recipe: string,
  columns: readonly Heading[],
  rows: readonly Row[],
  side: number,
): string {
  const heading = ({ name, details = [] }: Heading): Markup =>
    html`<th scope="col">${name}<small>${details.join(', ')}</small></th>`;
  const row = ({ heading: named, cells }: Row): Markup => html`<tr><th scope="row">${named?.name ?? ''}</th>
${cells.map(({ image }, c) => html`<td>${picture(image, `${named?.name ?? ''}, ${columns[c].name}`, side)}</td>`)}</tr>
`;
  return page(
    `Recipe ${recipe}`,
    html`<h1>How images are prepared</h1>
<p class="faint">Recipe ${recipe}: a row for each image, a column for what each step makes of it.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Steps"><table class="stages">
<thead><tr><th scope="col">image</th>${columns.map(heading)}</tr></thead>
<tbody>
${rows.map(row)}</tbody>
</table></div>`,
  );
}
