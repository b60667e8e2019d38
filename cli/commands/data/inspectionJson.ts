import type { ClassFacts, Inspection } from '../../../pipeline/node/inspect/inspection.ts';
import type { ImageList } from '../../../pipeline/node/inspect/list.ts';

import { withFlags } from '../../../report/flags.ts';

/** An inspection as a document: images by their names, lists in full. */
export function inspectionJson(source: string, inspection: Inspection, list: ImageList) {
  const { classes, balance, few, blank, several, polarity, duplicates, ...others } = inspection;
  const { unreadable, otherFormat, ...rest } = others;
  const image = (i: number) => {
    const { name, label, part } = list.images[i];
    return { image: name, label, part };
  };
  const counted = ({ label, images }: ClassFacts) => ({ class: label, images });
  return {
    source,
    kind: list.kind,
    ...rest,
    classes: classes.map(({ label, ...facts }) => ({ class: label, ...facts })),
    balance: { ...balance, largest: counted(balance.largest), smallest: counted(balance.smallest) },
    few: few.map(counted),
    unreadable: unreadable.map(({ image: i, reason }) => ({ ...image(i), reason: withFlags(reason) })),
    faults: list.faults.map(withFlags),
    remarks: list.remarks.map(withFlags),
    duplicates: duplicates.map(({ members, ...group }) => ({ ...group, images: members.map(image) })),
    polarity: { ...polarity, suspected: polarity.suspected.map(image) },
    blank: blank.map(image),
    several: several.map(image),
    otherFormat: otherFormat.map(({ image: i, format }) => ({ ...image(i), format })),
    passedOver: list.passedOver,
  };
}
