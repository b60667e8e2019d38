/** So often Dawn is let ask at once, some 0.3 ms: as long as a software adapter takes to answer with a small tensor. */
const AT_ONCE = 20;

/** Dawn's own function has no name and no source; what others give setImmediate goes on as it came. */
const isDawns = (task: (...args: never[]) => void): boolean =>
  task.name === '' && Function.prototype.toString.call(task).includes('[native code]');

/**
 * `now` for all but Dawn. Of what Dawn waits for, it asks in every turn of the event loop whether that is done, by the global
 * setImmediate (https://crbug.com/dawn/1127, `src/dawn/node/binding/AsyncRunner.cpp`), and so keeps a core busy: after the
 * first few times it is let ask once in a millisecond.
 */
export function calmed(now: typeof setImmediate, later: typeof setTimeout): typeof setImmediate {
  let isAsking = false;
  let asked = 0;
  const calm = (task: () => void, ...args: []) => {
    if (!isDawns(task)) return now(task, ...args);
    // Dawn goes on asking from within; else a new wait begins.
    asked = isAsking ? asked + 1 : 0;
    const ask = () => {
      isAsking = true;
      try {
        task();
      } finally {
        isAsking = false;
      }
    };
    return asked < AT_ONCE ? now(ask) : later(ask, 1);
  };
  // Also what util.promisify makes of it.
  return Object.defineProperties(calm, Object.getOwnPropertyDescriptors(now)) as typeof setImmediate;
}

let isCalm = false;

/**
 * Lets Dawn wait calmly in this process. That is for software adapters: what computes there is the processor itself, and
 * asking took half of it. A GPU is done sooner than in a millisecond.
 */
export function waitCalmly(): void {
  if (isCalm) return;
  isCalm = true;
  globalThis.setImmediate = calmed(globalThis.setImmediate, globalThis.setTimeout);
}
