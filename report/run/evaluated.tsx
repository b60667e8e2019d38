import type { Dataset } from '../../pipeline/data/dataset.ts';
import { count } from '../../pipeline/data/dataset.ts';
import { mistakesOf, rightOf } from '../../pipeline/evaluate/answers.ts';
import { reliabilityOf } from '../../pipeline/evaluate/calibration.ts';
import type { DetailedEvaluation } from '../../pipeline/evaluate/evaluate.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { visible } from '../../pipeline/text/visible.ts';
import { reliabilityChart } from '../charts/reliability.ts';
import { percent } from '../format.ts';
import { Scrolled, Whole } from '../page/page.tsx';
import { ConfusionMatrix } from './confusion.tsx';
import { type Read, ReadPictures } from './pictures.tsx';

/** Images, and how they were read. */
export interface Evaluated {
  readonly data: Dataset;
  readonly scores: DetailedEvaluation;
}

/** The worst mistakes that are shown. */
const MISTAKES = 60;

/** The most classes of a table: of more, those that are read worst. */
const MOST_CLASSES = 300;

export const headlineOf = ({ data, scores: { loss, accuracy } }: Evaluated): string =>
  `${grouped(count(data))} ${data.fonts ? 'synthetic ' : ''}images: accuracy ${percent(accuracy)}, loss ${loss.toFixed(4)}`;

/** What an evaluation shows: confusion, classes, mistakes and how far certainties can be trusted. */
export function EvaluatedSections({ data, scores }: Evaluated) {
  const read = { data, answers: scores.answers };
  return (
    <>
      <h2>Confusion</h2>
      <ConfusionMatrix read={read} />
      <Mistakes read={read} />
      <Calibrated read={read} scores={scores} />
      <Classes data={data} scores={scores} />
    </>
  );
}

function Mistakes({ read }: { read: Read }) {
  const mistakes = mistakesOf(read.answers, read.data);
  const shown = mistakes.slice(0, MISTAKES);
  return (
    <>
      <h2>Worst mistakes</h2>
      {mistakes.length === 0 ? (
        <p>Every image was read right.</p>
      ) : (
        <p class="faint">
          {shown.length < mistakes.length
            ? `${shown.length} of ${grouped(mistakes.length)} misread images`
            : `All ${grouped(mistakes.length)} misread images`}
          , the surest first: what it is → what was read, and how surely.
        </p>
      )}
      <div class="wide">
        <ReadPictures read={read} images={shown} named />
      </div>
    </>
  );
}

function Calibrated({ read, scores: { calibration, answers } }: { read: Read; scores: Evaluated['scores'] }) {
  const bins = reliabilityOf(answers.certainties, rightOf(answers, read.data));
  return (
    <>
      <h2>How far certainties can be trusted</h2>
      <p>
        Certainties are off by {percent(calibration.error)} on average (expected calibration error,
        temperature {calibration.temperature.toFixed(2)}).
      </p>
      <div class="charts">
        <figure>
          <figcaption>How often answers were right, by certainty</figcaption>
          <Whole markup={reliabilityChart(bins)} />
          <p class="faint">
            On the dashed line a certainty says how often it is right. The fuller a bar, the more images.
          </p>
        </figure>
      </div>
    </>
  );
}

function Classes({ data: { classes }, scores: { confusion } }: Evaluated) {
  const scores = confusion.perClass();
  const order = [...classes.keys()];
  const isCut = order.length > MOST_CLASSES;
  const shown = isCut ? order.sort((a, b) => scores[a].f1 - scores[b].f1).slice(0, MOST_CLASSES) : order;
  return (
    <>
      <h2>Classes</h2>
      {isCut && (
        <p class="faint">
          The {MOST_CLASSES} that are read worst, of {grouped(classes.length)}.
        </p>
      )}
      <Scrolled name="Scores of the classes">
        <table class="figures">
          <thead>
            <tr>
              {['class', 'precision', 'recall', 'F1', 'images'].map((name) => (
                <th scope="col">{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((i) => (
              <tr>
                <th scope="row">{visible(classes[i])}</th>
                <td>{percent(scores[i].precision)}</td>
                <td>{percent(scores[i].recall)}</td>
                <td>{percent(scores[i].f1)}</td>
                <td>{grouped(scores[i].support)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolled>
    </>
  );
}
