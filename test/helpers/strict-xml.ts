import sax from 'sax';

/** A document of one element with text in it. */
export interface FlatDocument {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Reads a document that must be well-formed and consist of one element. Throws if it is neither. */
export function readFlatDocument(bytes: Buffer): FlatDocument {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  // oxlint-disable-next-line no-control-regex -- XML 1.0 (2.2) forbids them, sax does not
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(text)) throw new Error('not XML: control characters');
  const parser = sax.parser(true);
  const found: FlatDocument[] = [];
  let content = '';
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name, attributes }) => {
    found.push({ name, attributes: attributes as Record<string, string>, text: '' });
    content = '';
  };
  parser.ontext = (piece) => (content += piece);
  parser.write(text).close();
  const [root, ...others] = found;
  if (root === undefined || others.length > 0) throw new Error('not one element');
  return { ...root, text: content };
}
