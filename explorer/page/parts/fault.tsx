import { faults } from '../state/session.ts';

/** What went wrong there, in one sentence; nothing while all is well. */
export const Fault = ({ where }: { where: string }) => {
  const said = faults.value[where];
  return (
    <p class="fault" role="status">
      {said}
    </p>
  );
};
