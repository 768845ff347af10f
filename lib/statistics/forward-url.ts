const LONGEST = 2000;

/**
 * Looks at a URL that clients are sent to when a farm has nobody.
 *
 * @returns what it must be, in words that follow its name; undefined when it is right
 */
export function checkForwardUrl(text: string): string | undefined {
  const wanted =
    'must be a complete http:// or https:// URL of printable ASCII without user name and fragment';
  if (text.length > LONGEST || !/^https?:\/\/[!-~]+$/i.test(text) || !URL.canParse(text)) return wanted;
  const { username, password, hash } = new URL(text);
  return username === '' && password === '' && hash === '' ? undefined : wanted;
}
