/** A setting of Pazpar2 in an argument's name: `name[target]`. */
export interface Setting {
  readonly name: string;
  readonly target: string;
}

/** Settings that clients may change. */
export interface AllowedSetting {
  /** Exact name, such as `pz:allow`. */
  readonly name: string;
  /** Targets: exact, or with `*` for any text (`*` alone is every target). */
  readonly targets: readonly string[];
}

/**
 * Reads `name[target]` as Pazpar2 does: the closing bracket may be missing.
 *
 * @returns undefined where a second bracket makes it ambiguous (Pazpar2 itself answers code 5)
 */
export function parseSetting(argumentName: string): Setting | undefined {
  const open = argumentName.indexOf('[');
  const rest = argumentName.slice(open + 1);
  const target = rest.endsWith(']') ? rest.slice(0, -1) : rest;
  if (open < 0 || /[[\]]/.test(target)) return undefined;
  return { name: argumentName.slice(0, open), target };
}

/** True when a rule opens this setting for this target. A pattern from the client needs a rule for every target. */
export function allowsSetting(rules: readonly AllowedSetting[], setting: Setting): boolean {
  const isPattern = setting.target === '' || /[*?]/.test(setting.target);
  return rules.some(
    ({ name, targets }) =>
      name === setting.name &&
      targets.some((target) => target === '*' || (!isPattern && matches(target, setting.target))),
  );
}

function matches(pattern: string, target: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  if (parts.length === 0) return pattern === target;
  const last = parts.pop() ?? '';
  if (!target.startsWith(first) || target.length < first.length + last.length) return false;
  let from = first.length;
  const end = target.length - last.length;
  for (const part of parts) {
    const at = target.slice(0, end).indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return target.endsWith(last);
}
