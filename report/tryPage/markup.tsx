import { renderToString } from 'preact-render-to-string';

/** Classes that are named on the page. */
const NAMED = 70;

/** The markup of the page to try a model on. */
export const markup = (model: string, classes: readonly string[]): string =>
  `<!doctype html>\n${renderToString(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${model} · inkgrad`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="page.css" />
        <script type="module" src="page.js" />
      </head>
      <body>
        <main>
          <h1>{model}</h1>
          <p class="faint">
            Tells {classes.length} classes apart: {classes.slice(0, NAMED).join(' ')}
            {classes.length > NAMED && ' …'}
          </p>
          <div class="desk">
            <div class="paper">
              <canvas id="canvas" width="560" height="560" aria-label="Paper to draw on" />
              <img id="chosen" alt="What was chosen" hidden />
            </div>
            <section class="answer" aria-live="polite">
              <p id="said">This page needs JavaScript.</p>
              <ol id="guesses" />
            </section>
          </div>
          <p>
            <button id="clear" type="button">
              Clear
            </button>{' '}
            <label>
              or a picture: <input id="file" type="file" accept="image/*" />
            </label>
          </p>
          <p class="faint">
            Programs send one to <code>POST /predict</code>.
          </p>
        </main>
      </body>
    </html>,
  )}\n`;
