/**
 * What strangers can do to an open Pazpar2, each part of it off unless asked for. The simulator then does it really, but harms
 * nothing outside of a test: see each for its bounds.
 */
export interface Weaknesses {
  /** A service in the body of `init` whose `<settings src>` names a missing file ends the process. Defaults to false. */
  readonly badServiceKills: boolean;
  /**
   * A folder in which the stylesheet of a `pz:xslt` setting writes and reads files, at each search; of the names in the stylesheet only what
   * stands behind the last slash counts. Defaults to undefined: stylesheets do nothing.
   */
  readonly stylesheetFolder: string | undefined;
  /** A search connects to where `pz:url` says, if that is this machine (127.0.0.1). Defaults to false. */
  readonly connects: boolean;
  /** A session's setting overwrites what is configured for exactly that target, for all sessions. Defaults to false. */
  readonly sharesSettings: boolean;
  /** `exit` closes the listening socket, as with -X. Defaults to false. */
  readonly exits: boolean;
}

/** A Pazpar2 that nobody attacks. */
export const NO_WEAKNESSES: Weaknesses = {
  badServiceKills: false,
  stylesheetFolder: undefined,
  connects: false,
  sharesSettings: false,
  exits: false,
};
