import type { Heading, Row } from '../../pipeline/draw/contactSheet.ts';
import { keepsWhole, type Recipe } from '../../pipeline/preprocess/recipe.ts';
import { Picture, page, Scrolled } from '../page/page.tsx';

/**
 * A contact sheet as a page: a row per image, a column per stage.
 *
 * @param side pixels of the longer side of a picture
 */
export const preprocessPage = (
  recipe: Recipe,
  columns: readonly Heading[],
  rows: readonly Row[],
  side: number,
): string =>
  page(
    `Recipe ${recipe.name}`,
    <>
      <h1>How images are prepared</h1>
      <p class="faint">
        {keepsWhole(recipe)
          ? `A row for each image, a column for what each step of recipe ${recipe.name} makes of it as a whole.`
          : 'A row for each image, a column for what each step makes of it: first how its ink is found and cut out, ' +
            `then recipe ${recipe.name}. What is left out, such as frames, lines and shadows, is grey.`}
      </p>
      <Scrolled name="Steps">
        <table class="stages">
          <thead>
            <tr>
              <th scope="col">image</th>
              {columns.map(({ name, details = [] }) => (
                <th scope="col">
                  {name}
                  <small>{details.join(', ')}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ heading, cells }) => (
              <tr>
                <th scope="row">{heading?.name ?? ''}</th>
                {cells.map(({ image, caption }, c) => (
                  <td>
                    {image && (
                      <Picture image={image} alt={`${heading?.name ?? ''}, ${columns[c].name}`} side={side} />
                    )}
                    {caption && <small>{caption}</small>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolled>
    </>,
  );
