import { render } from 'preact';
import { keepPage } from '../keep/register.ts';
import { App } from './app.tsx';
import { followAddress } from './state/address.ts';
import { findRun } from './state/run.ts';

render(<App />, document.getElementById('app')!);

await findRun();
await followAddress();
await keepPage();
