/**
 * Lets timers, signals and events have their turn: a turn of the event loop, in Node.js and in pages alike. A message
 * costs under 0.1 ms, where `setTimeout` waits for 1 ms, and for 4 ms in pages.
 */
export const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
