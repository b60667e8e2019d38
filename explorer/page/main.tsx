import { render } from 'preact';
import { keepPage } from '../keep/register.ts';
import { App } from './app.tsx';
import { followAddress } from './state/address.ts';
import { takeDrops } from './state/files.ts';
import { findRun } from './state/run.ts';
import { listenForDevice } from './state/session.ts';

render(<App />, document.getElementById('app')!);

takeDrops();
await listenForDevice();
await findRun();
await followAddress();
await keepPage();
