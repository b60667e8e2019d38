/** Has the page kept for when there is no network, where it was built for that. */
export async function keepPage(): Promise<void> {
  const script = document.querySelector<HTMLMetaElement>('meta[name="keeps"]')?.content;
  if (script === undefined || !('serviceWorker' in navigator)) return;
  // A browser that keeps nothing, in a private window, shows the page all the same.
  await navigator.serviceWorker.register(script).catch(() => {});
}
