/** What is used of Node.js, without which the engine is type-checked. */

interface NodeProcess {
  readonly versions?: { readonly node?: string; readonly v8?: string; readonly bun?: string };
  readonly arch?: string;
  /** The flags of Node.js and V8 that it was started with. */
  readonly execArgv?: readonly string[];
  /** What Electron calls a process. */
  readonly type?: string;
  readonly platform: string;
  /** Modules of Node.js at once, by a name that bundlers do not follow; from 20.16 on. */
  getBuiltinModule?(name: string): unknown;
}

export const nodeProcess = (): NodeProcess | undefined => (globalThis as { process?: NodeProcess }).process;

/** Node.js, and what has its modules; a page of Electron, which has workers of its own, says that it is one. */
export const isNode = (): boolean =>
  nodeProcess()?.versions?.node !== undefined && nodeProcess()?.type !== 'renderer';

/** A module or package by a name that bundlers for browsers do not follow. */
export const loadInNode = <Module>(name: string): Promise<Module> =>
  import(/* @vite-ignore */ /* webpackIgnore: true */ name);
