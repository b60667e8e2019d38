import { Step } from './step.tsx';

/** What runs beneath the numbers. */
export const Hood = () => (
  <div class="hood">
    <Step />
  </div>
);
