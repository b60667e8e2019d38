// The thread that computes: the page stays free to draw.
import { expose } from 'comlink';
import { Lab } from './lab.ts';

expose(new Lab());
