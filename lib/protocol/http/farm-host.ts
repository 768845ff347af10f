/**
 * The farm that a request names by its host, as mod_athena has it: an earlier rewrite turned `/reports/` into `http://farm_one/reports/`,
 * and the host that resulted is a farm's name. Whole names only, in any case; a port is ignored.
 *
 * @param host of the target in absolute-form, else the Host header
 */
export function farmByHost<Name extends string>(
  host: string | undefined,
  farms: Iterable<Name>,
): Name | undefined {
  const name = host?.replace(/:\d*$/, '').toLowerCase();
  for (const farm of farms) if (farm.toLowerCase() === name) return farm;
  return undefined;
}
