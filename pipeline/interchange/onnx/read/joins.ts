import type { OnnxNode } from '../network.ts';
import { refuse } from './chain.ts';

/** What a branch makes, and by which nodes, in the order of the file. */
export interface Branch {
  readonly end: string;
  readonly nodes: readonly OnnxNode[];
}

/** A node that adds what two branches make, which begin with one value. */
export interface Join {
  readonly node: OnnxNode;
  readonly branches: () => readonly [Branch, Branch];
}

/** Values and nodes that are looked at for all sums, a second's work; five hundred blocks of a thousand layers need 2 million. */
const MOST_LOOKS = 10_000_000;

/** A value that is made of a network's input, and the last one before it through which all ways to it lead. */
interface Made {
  readonly dominator: string | null;
  readonly depth: number;
}

/**
 * Finds the sums of two branches. These part at the last value through which all ways from the input to both lead, the
 * sum's immediate dominator: Cooper, Harvey and Kennedy, "A simple, fast dominance algorithm" (2001), of which one walk is
 * enough where nothing goes in circles.
 *
 * @param nodes in an order in which each comes after those that it takes from
 * @param input the name of the network's input
 * @returns by the value that their branches begin with, in the order of the file
 */
export function findJoins(nodes: readonly OnnxNode[], input: string): Map<string, Join[]> {
  const made = new Map<string, Made>([[input, { dominator: null, depth: 0 }]]);
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const joins = new Map<string, Join[]>();
  let looks = 0;

  function look(many: number): void {
    looks += many;
    if (looks > MOST_LOOKS) refuse('has branches that are too many and too long to be followed');
  }

  function meeting(a: string, b: string): string {
    let [left, right] = [a, b];
    while (left !== right) {
      look(1);
      if (made.get(left)!.depth >= made.get(right)!.depth) left = made.get(left)!.dominator!;
      else right = made.get(right)!.dominator!;
    }
    return left;
  }

  function branch(end: string, fork: string): Branch {
    look(nodes.length);
    const within = new Set<OnnxNode>();
    const open = [end];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      const maker = name === fork ? undefined : makers.get(name);
      if (maker === undefined || within.has(maker)) continue;
      within.add(maker);
      open.push(...maker.inputs);
    }
    return { end, nodes: nodes.filter((node) => within.has(node)) };
  }

  for (const node of nodes) {
    // What makes a shape is no way through layers.
    const from = node.op === 'Shape' ? [] : node.inputs.filter((name) => made.has(name));
    if (from.length === 0) continue;
    const fork = from.reduce(meeting);
    const depth = made.get(fork)!.depth + 1;
    for (const name of node.outputs)
      if (!made.has(name) && name !== '') made.set(name, { dominator: fork, depth });
    const [a, b] = from;
    if (node.op !== 'Add' || node.domain !== '' || b === undefined || a === b) continue;
    const join = { node, branches: () => [branch(a, fork), branch(b, fork)] as const };
    joins.set(fork, [...(joins.get(fork) ?? []), join]);
  }
  return joins;
}
