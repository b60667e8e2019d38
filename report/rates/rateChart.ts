import { curveChart } from '../charts/curve.ts';
import { type RateReport, rateName } from './rateReport.ts';

/** The loss over the rate, with the proposal marked; as SVG in the colours of a page. */
export const rateChart = ({ points, proposed }: RateReport): string =>
  curveChart([{ label: 'loss', points: points.map(({ rate, loss }) => [rate, loss]) }], {
    name: `Loss over the learning rate; proposed: ${rateName(proposed)}`,
    ...{ x: 'learning rate', y: 'loss', logX: true },
    marked: [proposed, rateName(proposed)],
  });
