import type { RgbaImage } from '../../pipeline/image/image.ts';
import type { ClassFacts, Inspection } from '../../pipeline/node/inspect/inspection.ts';
import { type ImageList, partNames } from '../../pipeline/node/inspect/list.ts';
import type { Group } from '../../pipeline/node/inspect/sheet.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { CountBar, SERIES, type Share } from '../charts/countBar.tsx';
import { histogramChart } from '../charts/histogram.ts';
import { Picture, page, Scrolled, Whole } from '../page/page.tsx';
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
    <>
      <h1>{source}</h1>
      <p class="faint">{headline(inspection, list.kind)}</p>
      <dl>
        {overview(inspection).map(([name, says]) => (
          <>
            <dt>{name}</dt>
            <dd>{says}</dd>
          </>
        ))}
      </dl>
      <Charts {...inspection} />
      <h2>Worth a look</h2>
      {all.length === 0 ? (
        <p>Nothing is suspicious.</p>
      ) : (
        all.map((finding) => <Section finding={finding} found={found} />)
      )}
      <h2>Classes</h2>
      <ClassTable {...found} />
    </>,
  );
}

function Charts({ brightness, sizes, characters }: Inspection) {
  if (brightness === null || sizes === null) return null;
  const shares = histogramChart(brightness.histogram, 'How many images have which mean brightness', bright);
  return (
    <div class="charts">
      <figure>
        <figcaption>Mean brightness of images, 0 black to 1 white</figcaption>
        <Whole markup={shares} />
      </figure>
      {sizes.distinct > 1 && (
        <figure>
          <figcaption>Longer side of images, in pixels</figcaption>
          <Whole
            markup={histogramChart(sizes.histogram, 'How many images have which longer side', grouped)}
          />
        </figure>
      )}
      {characters !== null && (
        <figure>
          <figcaption>Longer side of characters, 1 that of the picture</figcaption>
          <Whole
            markup={histogramChart(characters.histogram, 'How many characters take which share', bright)}
          />
        </figure>
      )}
    </div>
  );
}

function Section({ finding, found }: { finding: Finding; found: Found }) {
  const { title, says, items, alarming, images } = finding;
  const shown = images.filter((i) => found.thumbnails.has(i)).slice(0, 2 * OPEN_ITEMS);
  return (
    <section class={alarming ? 'finding alarm' : 'finding'}>
      <h3>{title}</h3>
      <p>{says}</p>
      {shown.length > 0 && <Pictures positions={shown} found={found} labelled />}
      <Items texts={items.slice(0, OPEN_ITEMS)} />
      {items.length > OPEN_ITEMS && (
        <details>
          <summary>{grouped(items.length - OPEN_ITEMS)} more</summary>
          <Items texts={cut(items.slice(OPEN_ITEMS), MAX_ITEMS)} />
        </details>
      )}
    </section>
  );
}

const Items = ({ texts }: { texts: readonly string[] }) => (
  <ul class="items">
    {texts.map((text) => (
      <li>{text}</li>
    ))}
  </ul>
);

interface PicturesProps {
  readonly positions: readonly number[];
  readonly found: Found;
  readonly labelled?: boolean;
}

const Pictures = ({ positions, found: { list, thumbnails }, labelled = false }: PicturesProps) => (
  <ul class="pictures">
    {positions.map((i) => {
      const image = thumbnails.get(i);
      const { name, label } = list.images[i];
      return (
        image && (
          <li>
            <Picture image={image} alt={name} side={SIDE} />
            {labelled && <span>{label}</span>}
          </li>
        )
      );
    })}
  </ul>
);

function ClassTable(found: Found) {
  const { inspection, groups } = found;
  const { classes, balance, parts } = inspection;
  const present = partNames.filter((part) => parts[part] !== undefined);
  const left = classes.length - groups.length;
  return (
    <>
      {present.length > 0 && (
        <p class="faint">
          Bars:
          {present.map((part, i) => (
            <>
              <span class="key" style={`background: var(--${SERIES[i]})`} />
              {PARTS[part]}
            </>
          ))}
        </p>
      )}
      <Scrolled name="Classes">
        <table>
          <thead>
            <tr>
              <th scope="col">class</th>
              <th scope="col">
                images<small>mean brightness (nine of ten)</small>
              </th>
              <th scope="col">some of them</th>
            </tr>
          </thead>
          <tbody>
            {groups.map((group, i) => (
              <tr>
                <th scope="row">{classes[i].label}</th>
                <td class="number">
                  {grouped(classes[i].images)}
                  <CountBar shares={shares(classes[i], present)} most={balance.largest.images} />
                  <Numbers facts={classes[i]} present={present} />
                </td>
                <td>
                  <Pictures positions={group.shown} found={found} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolled>
      {left > 0 && <p class="faint">… and {grouped(left)} more classes</p>}
    </>
  );
}

type Present = readonly (typeof partNames)[number][];

const shares = ({ images, parts }: ClassFacts, present: Present): Share[] =>
  present.length === 0
    ? [{ name: 'images', count: images }]
    : present.map((part) => ({ name: PARTS[part], count: parts[part] ?? 0 }));

const Numbers = ({ facts, present }: { facts: ClassFacts; present: Present }) => {
  const { unreadable, brightness, parts } = facts;
  return (
    <>
      {present.length > 0 && <small>{present.map((part) => grouped(parts[part] ?? 0)).join(' + ')}</small>}
      {unreadable > 0 && <small>{grouped(unreadable)} unreadable</small>}
      {brightness !== null && (
        <small>
          {bright(brightness.mean)} ({bright(brightness.low)}–{bright(brightness.high)})
        </small>
      )}
    </>
  );
};
