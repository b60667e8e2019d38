import type { RgbaImage } from '../../pipeline/image/image.ts';
import type { ClassFacts, Inspection } from '../../pipeline/node/inspect/inspection.ts';
import { type ImageList, partNames } from '../../pipeline/node/inspect/list.ts';
import type { Group } from '../../pipeline/node/inspect/sheet.ts';
import { countBar, histogramChart, SERIES, type Share } from '../charts/bars.ts';
import { grouped } from '../format.ts';
import { html, type Markup } from '../page/html.ts';
import { page, picture } from '../page/page.ts';
import { bright, cut, type Finding, findings, headline, overview, PARTS } from './findings.ts';

/** Items of a list on a page, and how many of them are open from the start. */
const MAX_ITEMS = 200;
const OPEN_ITEMS = 10;

/** Pixels of the longer side of a picture. */
const SIDE = 48;

/** What was found, with the pictures that go with it. */
export interface Found {
  readonly source: string;
  readonly list: ImageList;
  readonly inspection: Inspection;
  /** the examples of each class */
  readonly groups: readonly Group[];
  readonly thumbnails: ReadonlyMap<number, RgbaImage>;
}

/** An inspection as a page. */
export function inspectionPage(found: Found): string {
  const { source, list, inspection } = found;
  const all = findings(inspection, list);
  return page(
    `${source}: data`,
    html`<h1>${source}</h1>
<p class="faint">${headline(inspection, list.kind)}</p>
<dl>${overview(inspection).map(([name, says]) => html`<dt>${name}</dt><dd>${says}</dd>`)}</dl>
${charts(inspection)}
<h2>Worth a look</h2>
${all.length === 0 ? html`<p>Nothing is suspicious.</p>` : all.map((finding) => section(finding, found))}
<h2>Classes</h2>
${classTable(found)}`,
  );
}

function charts({ brightness, sizes }: Inspection): Markup | null {
  if (brightness === null || sizes === null) return null;
  const side = (pixels: number) => grouped(pixels);
  return html`<div class="charts">
<figure><figcaption>Mean brightness of images, 0 black to 1 white</figcaption>
${histogramChart(brightness.histogram, 'How many images have which mean brightness', (value) => value.toFixed(2))}</figure>
${
  sizes.distinct > 1
    ? html`<figure><figcaption>Longer side of images, in pixels</figcaption>
${histogramChart(sizes.histogram, 'How many images have which longer side', side)}</figure>`
    : null
}
</div>`;
}

function section({ title, says, items, alarming, images }: Finding, found: Found): Markup {
  const shown = images.filter((i) => found.thumbnails.has(i)).slice(0, 2 * OPEN_ITEMS);
  const list = (texts: readonly string[]) =>
    html`<ul class="items">${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
  return html`<section class="finding${alarming ? ' alarm' : ''}">
<h3>${title}</h3>
<p>${says}</p>
${shown.length > 0 ? pictures(shown, found, true) : null}
${list(items.slice(0, OPEN_ITEMS))}
${
  items.length > OPEN_ITEMS
    ? html`<details><summary>${grouped(items.length - OPEN_ITEMS)} more</summary>${list(cut(items.slice(OPEN_ITEMS), MAX_ITEMS))}</details>`
    : null
}
</section>
`;
}

const pictures = (positions: readonly number[], { list, thumbnails }: Found, labelled: boolean): Markup =>
  html`<ul class="pictures">${positions.map((i) => {
    const image = thumbnails.get(i);
    const { name, label } = list.images[i];
    return image
      ? html`<li>${picture(image, name, SIDE)}${labelled ? html`<span>${label}</span>` : null}</li>`
      : null;
  })}</ul>`;

function classTable(found: Found): Markup {
  const { inspection, groups } = found;
  const { classes, balance, parts } = inspection;
  const present = partNames.filter((part) => parts[part] !== undefined);
  const row = (each: ClassFacts, group: Group) => html`<tr>
<th scope="row">${each.label}</th>
<td class="number">${grouped(each.images)}${countBar(shares(each, present), balance.largest.images)}${numbers(each, present)}</td>
<td>${pictures(group.shown, found, false)}</td>
</tr>
`;
  const key = (part: (typeof partNames)[number], i: number) =>
    html`<span class="key" style="background: var(--${SERIES[i]})"></span>${PARTS[part]}`;
  const left = classes.length - groups.length;
  return html`${present.length > 0 ? html`<p class="faint">Bars:${present.map(key)}</p>` : null}
<div class="scroll" tabindex="0" role="region" aria-label="Classes"><table>
<thead><tr><th scope="col">class</th><th scope="col">images<small>mean brightness (nine of ten)</small></th><th scope="col">some of them</th></tr></thead>
<tbody>
${groups.map((group, i) => row(classes[i], group))}</tbody>
</table></div>
${left > 0 ? html`<p class="faint">… and ${grouped(left)} more classes</p>` : null}`;
}

type Present = readonly (typeof partNames)[number][];

const shares = ({ images, parts }: ClassFacts, present: Present): Share[] =>
  present.length === 0
    ? [{ name: 'images', count: images }]
    : present.map((part) => ({ name: PARTS[part], count: parts[part] ?? 0 }));

const numbers = ({ unreadable, brightness, parts }: ClassFacts, present: Present): Markup =>
  html`${
    present.length > 0
      ? html`<small>${present.map((part) => grouped(parts[part] ?? 0)).join(' + ')}</small>`
      : null
  }${unreadable > 0 ? html`<small>${grouped(unreadable)} unreadable</small>` : null}${
    brightness === null
      ? null
      : html`<small>${bright(brightness.mean)} (${bright(brightness.low)}–${bright(brightness.high)})</small>`
  }`;
