/** What a thread runs. `scripts/thread.mjs` makes a text of it and of all that it imports. */
import { serve } from '../threads/serve.ts';
import { tasks } from './tasks.ts';

serve(tasks);
