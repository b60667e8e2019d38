import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { KernelTexts } from '../../source/opPage.ts';
import { loadOpPages, opPages } from '../inspect/pages.ts';
import { Fault } from '../parts/fault.tsx';
import { attempt } from '../state/session.ts';

const kernelTexts = signal<KernelTexts | null>(null);

function load(): void {
  loadOpPages();
  if (kernelTexts.value !== null) return;
  void attempt('sources', async () => {
    const answer = await fetch(new URL('kernelTexts.json', document.baseURI));
    if (!answer.ok) throw new Error(`The sources are not there (${answer.status}); build the page again.`);
    kernelTexts.value = (await answer.json()) as KernelTexts;
  });
}

/** An op as it is defined, beside what computes it: shaders on WebGPU, AssemblyScript on wasm. */
export function Sources({ op }: { op: string }) {
  useEffect(load, []);
  const page = opPages.value?.[op];
  const texts = kernelTexts.value;
  if (page === undefined || texts === null) return <Fault where="sources" />;
  return (
    <div class="sources">
      <Column
        title="Definition"
        files={[[`${page.definition.path}, line ${page.definition.line}`, page.definition.text]]}
      />
      <Column title="WebGPU" files={page.wgsl.map((path) => [path, texts[path]])} />
      <Column title="WebAssembly" files={page.wasm.map((path) => [path, texts[path]])} />
    </div>
  );
}

function Column({
  title,
  files,
}: {
  title: string;
  files: readonly (readonly [path: string, text: string])[];
}) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {files.length === 0 && <p class="faint">None: it runs what cpu runs.</p>}
      {files.map(([path, text]) => (
        <figure key={path} class="listing">
          <figcaption>{path}</figcaption>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled by keyboard too */}
          <pre tabIndex={0}>{text}</pre>
        </figure>
      ))}
    </section>
  );
}
