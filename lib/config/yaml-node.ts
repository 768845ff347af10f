import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';

/** Where a path leads in a document. */
export interface NodePlace {
  /** The node at the end of the path, or the last one before it that exists. */
  readonly node: Node | null;
  /** The path leads all the way to it. */
  readonly isExact: boolean;
}

/**
 * Follows a path of keys and indexes, through aliases and merged objects (`<<`).
 *
 * @param atKey the last key itself is looked for, not its value
 */
export function nodeAt(document: Document, path: readonly PropertyKey[], atKey: boolean): NodePlace {
  let place: NodePlace = { node: document.contents, isExact: true };
  for (const [index, step] of path.entries()) {
    const child = childOf(document, place.node, step);
    if (child === undefined) return { ...place, isExact: false };
    const isKeyWanted = atKey && index === path.length - 1;
    // An empty value (`retry:`) has a node of its own; only a key without a colon has none.
    place = { node: isKeyWanted ? child.key : (child.value ?? child.key), isExact: true };
  }
  return place;
}

interface Child {
  readonly key: Node;
  readonly value: Node | null;
}

function childOf(document: Document, node: Node | null, step: PropertyKey): Child | undefined {
  const parent = isAlias(node) ? node.resolve(document) : node;
  if (isSeq<Node>(parent)) {
    const item = parent.items[Number(step)];
    return item === undefined ? undefined : { key: item, value: item };
  }
  if (!isMap<Node, Node>(parent)) return undefined;
  const own = parent.items.find((pair) => keyOf(pair) === String(step));
  return own ?? mergedChildOf(document, parent.items, step);
}

/** Looks for a key in what `<<` merges into an object; the first source that has it counts. */
function mergedChildOf(
  document: Document,
  pairs: readonly Pair<Node, Node>[],
  step: PropertyKey,
): Child | undefined {
  const merged = pairs.find((pair) => keyOf(pair) === '<<')?.value;
  const sources = isSeq<Node>(merged) ? merged.items : [merged ?? null];
  for (const source of sources) {
    const child = childOf(document, source, step);
    if (child !== undefined) return child;
  }
  return undefined;
}

function keyOf(pair: Pair<Node, Node>): string | undefined {
  return isScalar(pair.key) ? String(pair.key.value) : undefined;
}

/** The path to a node below its ancestors, as `visit` of yaml lists them: document, objects, lists and pairs. */
export function pathOf(ancestors: readonly unknown[], node: Node): PropertyKey[] {
  return ancestors.flatMap((ancestor, depth): PropertyKey[] => {
    if (isPair<Node>(ancestor)) return isScalar(ancestor.key) ? [String(ancestor.key.value)] : [];
    return isSeq(ancestor) ? [ancestor.items.indexOf(ancestors[depth + 1] ?? node)] : [];
  });
}
