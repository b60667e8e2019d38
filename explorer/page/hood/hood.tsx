import { Dreams } from './dreams.tsx';
import { Reasons } from './reasons.tsx';
import { Step } from './step.tsx';

/** What runs beneath the numbers, what an answer rests on, and what units look for. */
export const Hood = () => (
  <div class="hood">
    <Reasons />
    <Dreams />
    <Step />
  </div>
);
