import { render } from 'preact';
import { keepPage } from '../keep/register.ts';
import { presets } from '../presets/presets.ts';
import { App } from './app.tsx';
import { openPreset } from './state/presets.ts';
import { chooseDevice } from './state/session.ts';

render(<App />, document.getElementById('app')!);

await chooseDevice();
await openPreset(presets[0].name);
await keepPage();
