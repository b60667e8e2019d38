/** Bounds of the time that a request takes, in seconds, and of the images of a batch. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128];

/** How often values were at most so much; as Prometheus has it, each bound counts all below it. */
class Histogram {
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(readonly bounds: readonly number[]) {
    this.#counts = bounds.map(() => 0);
  }

  add(value: number): void {
    for (const [i, bound] of this.bounds.entries()) if (value <= bound) this.#counts[i]++;
    this.#sum += value;
    this.#count++;
  }

  lines(name: string): string[] {
    return [
      ...this.bounds.map((bound, i) => `${name}_bucket{le="${bound}"} ${this.#counts[i]}`),
      `${name}_bucket{le="+Inf"} ${this.#count}`,
      `${name}_sum ${this.#sum}`,
      `${name}_count ${this.#count}`,
    ];
  }
}

/** What is true at the moment of asking. */
export interface Now {
  /** pictures that wait, or are prepared and read */
  readonly waiting: number;
  /** bytes of bodies in memory */
  readonly bodyBytes: number;
}

/**
 * What a server has done, as Prometheus reads it.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #pictures = new Map<string, number>([
    ['read', 0],
    ['refused', 0],
  ]);
  readonly #seconds = new Histogram(SECONDS);
  readonly #sizes = new Histogram(SIZES);
  readonly #start = Date.now() / 1000;

  /** @param route a path that is served, or `other`: what a client makes up shall not fill memory */
  request(route: string, status: number, seconds: number): void {
    const labels = `route="${route}",status="${status}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
    this.#seconds.add(seconds);
  }

  picture(outcome: 'read' | 'refused'): void {
    this.#pictures.set(outcome, this.#pictures.get(outcome)! + 1);
  }

  batch(size: number): void {
    this.#sizes.add(size);
  }

  text({ waiting, bodyBytes }: Now): string {
    const families: readonly (readonly [name: string, type: string, help: string, lines: string[]])[] = [
      [
        'inkgrad_requests_total',
        'counter',
        'Requests that were answered.',
        [...this.#requests].map(([labels, count]) => `inkgrad_requests_total{${labels}} ${count}`),
      ],
      [
        'inkgrad_request_seconds',
        'histogram',
        'Time from the head of a request to the end of its answer.',
        this.#seconds.lines('inkgrad_request_seconds'),
      ],
      [
        'inkgrad_pictures_total',
        'counter',
        'Pictures that were read, and that could not be.',
        [...this.#pictures].map(
          ([outcome, count]) => `inkgrad_pictures_total{outcome="${outcome}"} ${count}`,
        ),
      ],
      [
        'inkgrad_batch_pictures',
        'histogram',
        'Pictures that the model read together.',
        this.#sizes.lines('inkgrad_batch_pictures'),
      ],
      ['inkgrad_waiting_pictures', 'gauge', 'Pictures that are waited for.', [String(waiting)]],
      ['inkgrad_body_bytes', 'gauge', 'Bytes of bodies in memory.', [String(bodyBytes)]],
      [
        'process_resident_memory_bytes',
        'gauge',
        'Memory of the process.',
        [String(process.memoryUsage.rss())],
      ],
      ['process_start_time_seconds', 'gauge', 'When it was started, since 1970.', [String(this.#start)]],
    ];
    return families
      .flatMap(([name, type, help, lines]) => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        // A gauge is one number, without labels.
        ...lines.map((line) => (type === 'gauge' ? `${name} ${line}` : line)),
      ])
      .join('\n')
      .concat('\n');
  }
}
