import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { attempt } from '../state/session.ts';
import { Fault } from './fault.tsx';

export interface PlotProps {
  readonly data: uPlot.AlignedData;
  /** what is drawn how; colours by their name in the palette */
  readonly options: (colour: (name: string) => string) => Omit<uPlot.Options, 'width' | 'height'>;
  readonly height: number;
  /** what it shows, for who cannot see it */
  readonly name: string;
}

/** Curves; uPlot is loaded with the first ones. They are drawn anew when the page turns dark or light. */
export function Plot({ data, options, height, name }: PlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const newest = useRef(data);
  newest.current = data;
  useEffect(() => {
    const element = frame.current!;
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const size = () => ({ width: element.clientWidth, height });
    let isGone = false;
    const draw = async () => {
      const { default: UPlot } = await import('uplot');
      if (isGone) return;
      const style = getComputedStyle(document.documentElement);
      plot.current?.destroy();
      const own = options((colour) => style.getPropertyValue(`--${colour}`).trim());
      plot.current = new UPlot({ ...own, ...size() }, newest.current, element);
    };
    const put = () => void attempt('plot', draw);
    put();
    scheme.addEventListener('change', put);
    const resize = new ResizeObserver(() => plot.current?.setSize(size()));
    resize.observe(element);
    return () => {
      isGone = true;
      resize.disconnect();
      scheme.removeEventListener('change', put);
      plot.current?.destroy();
      plot.current = null;
    };
  }, []);
  useEffect(() => plot.current?.setData(data), [data]);
  return (
    <>
      <Fault where="plot" />
      <div ref={frame} class="plot" role="img" aria-label={name} style={{ minHeight: `${height}px` }} />
    </>
  );
}
