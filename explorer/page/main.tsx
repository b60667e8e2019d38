import { render } from 'preact';
import { keepPage } from '../keep/register.ts';
import { App } from './app.tsx';
import { attempt, chooseDevice, loadCheckpoint } from './state/session.ts';

render(<App />, document.getElementById('app')!);

await chooseDevice();
await attempt('network', async () => {
  const answer = await fetch(new URL('presets/tiny.safetensors', document.baseURI));
  if (!answer.ok) throw new Error(`tiny.safetensors: ${answer.status} ${answer.statusText}`);
  await loadCheckpoint(new Uint8Array(await answer.arrayBuffer()), 'tiny');
});

await keepPage();
