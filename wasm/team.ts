// Several threads that make the parts of launches together. Every thread runs the same launches in the same order;
// parts are handed out one by one, and after each launch all wait for each other. Nothing returns to JavaScript in between.

import { arg } from './args';

/**
 * Sleeps until a word changes from `value`, for a millisecond at most: Atomics.wait of JavaScript. With WebAssembly's
 * own instruction threads were seen to go on with wrong numbers, seldom and on a busy machine (V8 11.3); the cause was not found.
 */
@external('env', 'sleep')
declare function sleep(address: usize, value: i32): void;

// The words of a team that all threads share.
/** How many runs were begun. Threads without work sleep on it. */
const BEGUN = 0;
/** Threads that wait at the barrier, and how often it has opened. */
const WAITING = 4;
const OPENED = 8;
/** What is run: the address of the first launch, and how many there are. */
const LAUNCHES = 12;
const COUNT = 16;
const THREADS = 20;
/** Memory of the threads' own: where the first one's begins, and bytes of each. */
const OWN = 24;
const OWN_BYTES = 28;
/** Not 0 when a thread has failed: nobody can wait for it. */
const FAILED = 32;
/** Milliseconds that a thread is waited for at a barrier before it is given up. */
const PATIENCE = 36;
/** 0 on the first thread of a page, where browsers forbid sleeping. */
const MAY_SLEEP = 40;
/** The next part of the launch at hand that nobody has taken yet. */
const NEXT = 44;

// A launch is the kernel's place in the table, how many parts it has, and the address of its arguments. All that threads change
// together stays in the team's words: V8 checks the addresses of atomic instructions against the size that memory had when
// a thread last looked, and a launch may lie in memory that has grown since.
const LAUNCH = 12;

/** Looks at a word so often before a thread goes to sleep: about 20 µs, in which most launches end. */
const SPINS = 4000;

/** Runs launches with the whole team, as its first thread. Returns 0 when a thread has failed or does not come back. */
export function run(team: usize, launches: usize, count: i32): i32 {
  store<i32>(team + LAUNCHES, <i32>launches);
  store<i32>(team + COUNT, count);
  atomic.add<i32>(team + BEGUN, 1);
  if (load<i32>(team + THREADS) > 1) atomic.notify(team + BEGUN, -1);
  return work(team, 0) ? 1 : 0;
}

/** Runs launches on the calling thread alone, while the others sleep. */
export function runAlone(team: usize, launches: usize, count: i32): void {
  const own = <usize>load<i32>(team + OWN);
  for (let i = 0; i < count; i++) {
    const launch = launches + i * LAUNCH;
    const parts = arg(launch, 1);
    for (let part = 0; part < parts; part++) call_indirect<void>(arg(launch, 0), <usize>arg(launch, 2), part, own);
  }
}

/** Looks for a while whether a run has begun that a thread has not `seen`. */
export function watch(team: usize, seen: i32): void {
  for (let spin = 0; spin < SPINS && atomic.load<i32>(team + BEGUN) == seen; spin++) {}
}

/** Takes part in a run, as one of the other threads. Returns 0 when a thread has failed. */
export function join(team: usize, thread: i32): i32 {
  // One that was sent away, since another was missing before it, and has not ended yet.
  if (thread >= load<i32>(team + THREADS)) return 1;
  return work(team, thread) ? 1 : 0;
}

function work(team: usize, thread: i32): bool {
  const launches = <usize>load<i32>(team + LAUNCHES);
  const count = load<i32>(team + COUNT);
  const own = <usize>(load<i32>(team + OWN) + thread * load<i32>(team + OWN_BYTES));
  for (let i = 0; i < count; i++) {
    const launch = launches + i * LAUNCH;
    const parts = arg(launch, 1);
    let part = atomic.add<i32>(team + NEXT, 1);
    while (part < parts) {
      call_indirect<void>(arg(launch, 0), <usize>arg(launch, 2), part, own);
      part = atomic.add<i32>(team + NEXT, 1);
    }
    if (!meet(team, thread)) return false;
  }
  return true;
}

/** Waits until all threads have come here; false when one has failed. */
function meet(team: usize, thread: i32): bool {
  const threads = load<i32>(team + THREADS);
  const opened = atomic.load<i32>(team + OPENED);
  if (atomic.add<i32>(team + WAITING, 1) == threads - 1) {
    atomic.store<i32>(team + WAITING, 0);
    // Nobody takes parts now.
    atomic.store<i32>(team + NEXT, 0);
    atomic.add<i32>(team + OPENED, 1);
    atomic.notify(team + OPENED, -1);
    return true;
  }
  const maySleep = thread > 0 || load<i32>(team + MAY_SLEEP) != 0;
  // Without sleep a round of looks takes some microseconds.
  const rounds = load<i32>(team + PATIENCE) << (maySleep ? 0 : 7);
  for (let round = 0; round < rounds; round++) {
    for (let spin = 0; spin < SPINS; spin++) if (atomic.load<i32>(team + OPENED) != opened) return true;
    if (atomic.load<i32>(team + FAILED) != 0) return false;
    if (maySleep) sleep(team + OPENED, opened);
    // Only the first thread gives up: it is the one that can say so.
    if (thread > 0) round = 0;
  }
  return false;
}
