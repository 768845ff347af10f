/** The two kinds of body that Pazpar2 reads. */
export type BodyType = 'form' | 'xml';

const MEDIA_TYPES: Readonly<Record<string, BodyType>> = {
  'application/x-www-form-urlencoded': 'form',
  'text/xml': 'xml',
};

/**
 * The kind of body that a Content-Type names, undefined for one that Pazpar2 would ignore. Upper case and parameters are
 * accepted from clients (RFC 9110, 8.3.1); what goes out is written as Pazpar2 wants it.
 */
export function bodyType(contentType: string | undefined): BodyType | undefined {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return Object.hasOwn(MEDIA_TYPES, mediaType) ? MEDIA_TYPES[mediaType] : undefined;
}
