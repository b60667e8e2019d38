import { three } from '../format.ts';
import { page, Whole } from '../page/page.tsx';
import { rateChart } from './rateChart.ts';
import { type RateReport, rateName, somePoints } from './rateReport.ts';

/** Rows of the table. */
const ROWS = 20;

/** A search for a learning rate as a page. */
export const ratePage = (report: RateReport): string =>
  page(
    `${report.model}: learning rate`,
    <>
      <h1>Learning rate of {report.model}</h1>
      <p class="faint">
        {report.points.length} steps of {report.batch} images of {report.source} with {report.optimizer}, the
        rate growing by equal factors; the loss is smoothed.
      </p>
      <p>
        Take <b>--lr {rateName(report.proposed)}</b>, as the peak of the schedule: just before the loss is
        lowest.
      </p>
      <figure>
        <figcaption>Loss over the learning rate</figcaption>
        <Whole markup={rateChart(report)} />
      </figure>
      <table>
        <thead>
          <tr>
            <th>rate</th>
            <th>loss</th>
          </tr>
        </thead>
        <tbody>
          {somePoints(report, ROWS).map(({ rate, loss }) => (
            <tr>
              <th>{rateName(rate)}</th>
              <td>
                {three(loss)}
                {rate === report.proposed ? ' (proposed)' : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>,
  );
