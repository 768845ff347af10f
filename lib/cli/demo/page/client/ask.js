export const SEARCH_PATH = '/pazpar2/search.pz2';

/** An answer that is no result. `code` is Pazpar2's number, 0 where there was none; `status` 0 means no answer at all. */
export class PazparError extends Error {
  constructor({ status, code, message, detail }) {
    super(detail === '' ? message : `${message}: ${detail}`);
    this.name = 'PazparError';
    this.status = status;
    this.code = code;
    this.reason = message;
    this.detail = detail;
  }

  /** What every client of Pazpar2 begins anew on. */
  get isSessionLost() {
    return this.code === 1;
  }
}

/**
 * Sends one command and gives the document that comes back. Parameters without value are left out.
 *
 * @throws {PazparError} for an error of Pazpar2 or of the gateway, and when nothing comes back
 */
export async function ask(command, parameters, signal) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams([['command', command], ...given]);
  const response = await send(`${SEARCH_PATH}?${query.toString()}`, signal);
  const text = await response.text();
  const reply = new DOMParser().parseFromString(text, 'text/xml');
  const root = reply.documentElement;
  if (response.ok && root.nodeName === command) return reply;
  throw errorOf(response, root);
}

/** The text of the first element with this name, empty when there is none. */
export function textOf(parent, name) {
  return parent.getElementsByTagName(name)[0]?.textContent ?? '';
}

/** The same as a number. */
export function numberOf(parent, name) {
  return Number(textOf(parent, name)) || 0;
}

async function send(url, signal) {
  try {
    return await fetch(url, { signal, cache: 'no-store' });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new PazparError({ status: 0, code: 0, message: 'No answer from the gateway', detail: '' });
  }
}

function errorOf({ status, statusText }, root) {
  const isError = root.nodeName === 'error';
  return new PazparError({
    status,
    code: isError ? Number(root.getAttribute('code')) : 0,
    message: (isError && root.getAttribute('msg')) || statusText || 'Unexpected answer',
    detail: isError ? (root.textContent ?? '') : '',
  });
}
