import { InkgradError, whatIs } from './errors.ts';

/** What a scope holds: a tensor. */
export interface Scoped {
  /** Whether it has a gradient, which is freed with it. */
  readonly hasGrad: boolean;
  /** Its gradient; null takes it away. */
  get grad(): Scoped;
  set grad(gradient: null);
  /** Gives its memory back. */
  dispose(): void;
}

/** The tensors of each open scope, innermost last. */
const open: Set<Scoped>[] = [];

/** Notes a new tensor in the innermost scope. Outside of all scopes a tensor lives until `dispose`. */
export function enter(tensor: Scoped): void {
  open.at(-1)?.add(tensor);
}

/**
 * Takes a tensor out of its scope: it lives until `dispose`.
 *
 * @returns the same tensor
 * @throws InkgradError for what is no tensor
 * @category Memory
 * @example
 * import { F, keep, scope, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([1, 2]);
 * const sums: Tensor[] = [];
 * scope(() => {
 *   const square = F.mul(x, x);
 *   sums.push(keep(F.sum(square)));
 * });
 * console.log(await sums[0].item());
 * // 5
 */
export function keep<T extends Scoped>(tensor: T): T {
  if (!isScoped(tensor)) {
    throw new InkgradError(`keep: ${whatIs(tensor)}; expected a tensor, of several each: tensors.map(keep)`);
  }
  for (const tensors of open) tensors.delete(tensor);
  return tensor;
}

/**
 * Runs `body` and frees every tensor that it made, but for those in its result (a tensor, or arrays and plain
 * objects of them), which pass to the scope around, and those it gave to `keep`. Also when it throws.
 * `body` must not be asynchronous: read results after the scope.
 *
 * @returns what `body` does
 * @throws InkgradError for what is no function, and for one that gives a promise
 * @category Memory
 * @example
 * import { F, scope, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([3, 4]);
 * const norm = scope(() => F.sqrt(F.sum(F.mul(x, x))));
 * console.log(await norm.item(), x.device.counters.live);
 * // 5 2
 */
export function scope<T>(body: () => T): T {
  expectBody('scope', body);
  const made = new Set<Scoped>();
  open.push(made);
  let saved: Scoped[] = [];
  try {
    const result = expectSync('scope', body());
    const kept = new Set(tensorsIn(result));
    saved = [...kept].filter((tensor) => made.delete(tensor));
    // A gradient that is returned outlives its leaf.
    for (const leaf of made) if (leaf.hasGrad && kept.has(leaf.grad)) leaf.grad = null;
    return result;
  } finally {
    open.pop();
    for (const tensor of made) tensor.dispose();
    for (const tensor of saved) enter(tensor);
  }
}

/** Refuses what is no function where a body is expected: the result of one, perhaps. */
export function expectBody(where: string, body: unknown): void {
  if (typeof body === 'function') return;
  throw new InkgradError(`${where}: ${whatIs(body)}; expected a function: ${where}(() => …)`);
}

/** Refuses what an asynchronous body gives: the rest of it would run when `caller` is over. */
export function expectSync<T>(caller: string, result: T): T {
  if (typeof (result as PromiseLike<unknown> | null)?.then !== 'function') return result;
  // Nobody else waits for it, and what fails in it has been refused already.
  (result as PromiseLike<unknown>).then(undefined, () => {});
  throw new InkgradError(`${caller}: its body is asynchronous; read results after the ${caller}`);
}

const isScoped = (value: unknown): value is Scoped =>
  typeof value === 'object' && value !== null && 'dispose' in value && 'storage' in value;

function tensorsIn(value: unknown): Scoped[] {
  if (value === null || typeof value !== 'object') return [];
  if (isScoped(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  return Object.getPrototypeOf(value) === Object.prototype ? Object.values(value).flatMap(tensorsIn) : [];
}
