import type { ImageFacts } from '../tasks/facts.ts';
import type { ListedImage, Part } from './list.ts';

/** Images with the same pixels. */
export interface DuplicateGroup {
  /** their positions in the list, at least two */
  readonly members: readonly number[];
  /** each label that one of them has; several where no model can be right about all of them */
  readonly labels: readonly string[];
  /** each part that one of them lies in; both where a model is tested on what it has learnt */
  readonly parts: readonly Part[];
}

/**
 * Groups images with the same pixels: those with different labels first, then those that lie in train and test,
 * then the others, each kind with large groups first.
 */
export function findDuplicates(
  images: readonly ListedImage[],
  facts: readonly (ImageFacts | null)[],
): DuplicateGroup[] {
  const byHash = new Map<string, number[]>();
  facts.forEach((found, i) => {
    if (found === null) return;
    const members = byHash.get(found.hash);
    if (members) members.push(i);
    else byHash.set(found.hash, [i]);
  });
  const groups = [...byHash.values()].filter((members) => members.length > 1);
  const weight = ({ labels, parts }: DuplicateGroup) => (labels.length > 1 ? 2 : parts.length > 1 ? 1 : 0);
  return groups
    .map((members) => ({
      members,
      labels: [...new Set(members.map((i) => images[i].label))],
      parts: [...new Set(members.map((i) => images[i].part))],
    }))
    .sort((a, b) => weight(b) - weight(a) || b.members.length - a.members.length);
}
