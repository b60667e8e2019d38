// Keeps the page for when there is no network (a service worker), and says of what it serves that the page is isolated:
// a plain web server sends no such headers, and without them WebAssembly has one thread.

/** What one may take of the types of service workers, which TypeScript has in a library that excludes the DOM's. */
interface Waiting extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Fetching extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

/** All files of the page but its data, and the name of this version; written in when the page is built. */
declare const FILES: readonly string[];
declare const VERSION: string;

const worker = self as unknown as {
  addEventListener<E extends Event>(type: string, listener: (event: E) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  registration: { scope: string };
};

/** Other pages of the same server have stores too. */
const own = `inkgrad-explorer ${worker.registration.scope} `;
const store = own + VERSION;

worker.addEventListener<Waiting>('install', (event) => {
  const fill = async () => {
    const cache = await caches.open(store);
    await cache.addAll(FILES.map((name) => new Request(name, { cache: 'reload' })));
    await worker.skipWaiting();
  };
  event.waitUntil(fill());
});

worker.addEventListener<Waiting>('activate', (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    await Promise.all(
      names.filter((name) => name.startsWith(own) && name !== store).map((name) => caches.delete(name)),
    );
    await worker.clients.claim();
  };
  event.waitUntil(tidy());
});

worker.addEventListener<Fetching>('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(worker.registration.scope)) return;
  event.respondWith(answer(request));
});

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(store);
  const kept = await cache.match(request, { ignoreSearch: true });
  if (kept !== undefined) return isolated(kept);
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return isolated(response);
}

function isolated(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('cross-origin-embedder-policy', 'require-corp');
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
