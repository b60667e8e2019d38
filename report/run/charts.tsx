import { Whole } from '../page/page.tsx';
import type { CourseChart } from './course.ts';

/** Charts beside each other, or below where there is no room. */
export const Charts = ({ charts }: { charts: readonly CourseChart[] }) =>
  charts.length === 0 ? (
    <p class="faint">No step was done.</p>
  ) : (
    <div class="charts small">
      {charts.map(({ title, svg }) => (
        <figure>
          <figcaption>{title}</figcaption>
          <Whole markup={svg} />
        </figure>
      ))}
    </div>
  );
