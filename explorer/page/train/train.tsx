import { Controls } from './controls.tsx';
import { Curves } from './curves.tsx';
import { Data } from './data.tsx';
import { Filters } from './filters.tsx';
import { Reading } from './reading.tsx';
import { SettingsForm } from './settingsForm.tsx';
import { Spreads } from './spreads.tsx';
import { Start } from './start.tsx';
import { Warnings } from './warnings.tsx';

/** Training, live: what it is made with, how it goes, and what comes of it. */
export const Train = () => (
  <div class="train">
    <Controls />
    <div class="train-setup">
      <Start />
      <Data />
      <SettingsForm />
    </div>
    <div class="train-course">
      <Warnings />
      <Curves />
      <Filters />
      <Reading />
      <Spreads />
    </div>
  </div>
);
