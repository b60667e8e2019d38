// Several threads that make the parts of launches together. Every thread runs the same launches in the same order;
// parts are handed out one by one, and after each launch all wait for each other. Nothing returns to JavaScript in between.

import { arg } from './args';

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
/** Not 0 when threads are to end. */
const STOP = 32;
/** Not 0 when a thread has failed: nobody can wait for it. */
const FAILED = 36;
/** Milliseconds that a thread is waited for at a barrier before it is given up. */
const PATIENCE = 40;
/** 0 on the first thread of a page, where browsers forbid sleeping. */
const MAY_SLEEP = 44;

// The words of a launch: the kernel's place in the table, how many parts it has, the address of its arguments, and the next part that nobody
// has taken yet.
const LAUNCH = 16;

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

/** The life of every other thread: sleep, work, sleep, until the team is told to stop. */
export function serve(team: usize, thread: i32): void {
  let seen = 0;
  while (true) {
    for (let spin = 0; spin < SPINS && atomic.load<i32>(team + BEGUN) == seen; spin++) {}
    while (atomic.load<i32>(team + BEGUN) == seen) atomic.wait<i32>(team + BEGUN, seen, -1);
    seen++;
    if (atomic.load<i32>(team + STOP) != 0 || !work(team, thread)) return;
  }
}

function work(team: usize, thread: i32): bool {
  const launches = <usize>load<i32>(team + LAUNCHES);
  const count = load<i32>(team + COUNT);
  const own = <usize>(load<i32>(team + OWN) + thread * load<i32>(team + OWN_BYTES));
  for (let i = 0; i < count; i++) {
    const launch = launches + i * LAUNCH;
    const parts = arg(launch, 1);
    let part = atomic.add<i32>(launch + 12, 1);
    while (part < parts) {
      if (arg(launch,0) < 0 || arg(launch, 0) > 200) { store<i32>(team+52, i); store<i32>(team+56, arg(launch,0)); store<i32>(team+60, <i32>launch); store<i32>(team+64, part); store<i32>(team+68, parts); store<i32>(team+72, count); store<i32>(team+76, <i32>launches); store<i32>(team+80, load<i32>(team+LAUNCHES));store<i32>(team+84, arg(launch,0)); }
      call_indirect<void>(arg(launch, 0), <usize>arg(launch, 2), part, own);
      part = atomic.add<i32>(launch + 12, 1);
    }
    if (!meet(team, thread)) return false;
    // Now nobody looks at it any more, and the next run begins with part 0.
    if (thread == 0) atomic.store<i32>(launch + 12, 0);
  }
  // What the first thread has reset must be seen before the next run.
  return true;
}

/** Waits until all threads have come here; false when one has failed. */
function meet(team: usize, thread: i32): bool {
  const threads = load<i32>(team + THREADS);
  if (threads == 1) return true;
  const opened = atomic.load<i32>(team + OPENED);
  if (atomic.add<i32>(team + WAITING, 1) == threads - 1) {
    atomic.store<i32>(team + WAITING, 0);
    atomic.add<i32>(team + OPENED, 1);
    atomic.notify(team + OPENED, -1);
    return true;
  }
  for (let spin = 0; spin < SPINS; spin++) if (atomic.load<i32>(team + OPENED) != opened) return true;
  const maySleep = thread > 0 || load<i32>(team + MAY_SLEEP) != 0;
  // Without sleep a look takes a few nanoseconds.
  let looks = <i64>load<i32>(team + PATIENCE);
  if (!maySleep) looks = looks << 18;
  while (looks > 0) {
    if (maySleep) atomic.wait<i32>(team + OPENED, opened, 1_000_000);
    if (atomic.load<i32>(team + OPENED) != opened) return true;
    if (atomic.load<i32>(team + FAILED) != 0) return false;
    // Only the first thread gives up: it is the one that can say so.
    if (thread == 0) looks--;
  }
  return false;
}
