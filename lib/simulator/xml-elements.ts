/** A tag as it was met: elements open and close, an empty one does both. */
export interface XmlTag {
  readonly name: string;
  readonly opens: boolean;
  readonly closes: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

const NAME = String.raw`[A-Za-z_:\x80-\xff][\w:.\x80-\xff-]*`;
const ATTRIBUTE = String.raw`\s+${NAME}\s*=\s*(?:"[^<"]*"|'[^<']*')`;
const PIECE = new RegExp(
  String.raw`<!--(?:(?!--)[^])*-->|<\?[^]*?\?>|<!DOCTYPE[^[>]*(?:\[[^\]]*\]\s*)?>|<!\[CDATA\[[^]*?\]\]>` +
    String.raw`|<(?<close>/)?(?<name>${NAME})(?<attributes>(?:${ATTRIBUTE})*)\s*(?<empty>/)?>|(?<text>[^<]+)`,
  'y',
);

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * The tags of a small well-formed document in their order, undefined for one that is not well-formed. Of entities only the five
 * that every document has are known; others stay as they are.
 */
export function readTags(xml: string): readonly XmlTag[] | undefined {
  const tags: XmlTag[] = [];
  const open: string[] = [];
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < xml.length) {
    const groups = PIECE.exec(xml)?.groups;
    if (groups === undefined) return undefined;
    if (open.length === 0 && /\S/.test(groups['text'] ?? '')) return undefined;
    if (groups['name'] === undefined) continue;
    if (open.length === 0 && tags.length > 0) return undefined;
    const tag = toTag(groups);
    tags.push(tag);
    if (tag.opens) open.push(tag.name);
    if (tag.closes && open.pop() !== tag.name) return undefined;
  }
  return open.length === 0 && tags.length > 0 ? tags : undefined;
}

function toTag(groups: Readonly<Record<string, string | undefined>>): XmlTag {
  const pairs = (groups['attributes'] ?? '').matchAll(
    new RegExp(String.raw`(${NAME})\s*=\s*(?:"([^"]*)"|'([^']*)')`, 'g'),
  );
  return {
    name: groups['name'] ?? '',
    opens: groups['close'] === undefined,
    closes: groups['close'] !== undefined || groups['empty'] !== undefined,
    attributes: Object.fromEntries(
      Array.from(pairs, ([, name = '', double, single]) => [name, decodeEntities(double ?? single ?? '')]),
    ),
  };
}

function decodeEntities(text: string): string {
  return text.replaceAll(/&(\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}
