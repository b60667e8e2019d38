import { Dreams } from './dreams.tsx';
import { Reasons } from './reasons.tsx';

/** What an answer rests on, and what units look for. */
export const Saliency = () => (
  <div class="hood">
    <Reasons />
    <Dreams />
  </div>
);
