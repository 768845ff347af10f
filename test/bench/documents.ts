/** Replies as large as Pazpar2's, one byte a character. */
export const PING = '<?xml version="1.0" encoding="UTF-8"?>\n<ping>\n<status>OK</status>\n</ping>\n';
/** 20 records, 14 kB. */
export const SHOW = showDocument(20);
/** 256 records, 180 kB. */
export const LARGE_SHOW = showDocument(256);

/** A session value as a server with an id gives it. */
export function initDocument(session: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<init>\n<status>OK</status>\n<session>${session}</session>\n<protocol>1</protocol>\n<keepAlive>50000</keepAlive>\n</init>\n`;
}

function showDocument(records: number): string {
  const hits = Array.from({ length: records }, (_, index) => hitElement(index)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<show>\n<status>OK</status>\n<activeclients>0</activeclients>\n<merged>${records}</merged>\n<total>${records}</total>\n<start>0</start>\n<num>${records}</num>\n${hits}</show>\n`;
}

/** One of about 700 bytes. */
function hitElement(index: number): string {
  const fields = ['author', 'date', 'subject', 'publication', 'description', 'location', 'medium', 'isbn'];
  const content = fields
    .map((field) => `<md-${field}>the ${field} of record ${index}, and what more is said of it</md-${field}>`)
    .join('\n');
  return `<hit>\n<md-title>History of ${index} things</md-title>\n${content}\n<recid>content: title ${index}</recid>\n</hit>\n`;
}
