import { readTags } from './xml-elements.ts';

/** A value for a target. */
export interface Setting {
  readonly name: string;
  readonly target: string;
  readonly value: string;
}

/** A text/xml body of `init` (root `service`) or `settings` (root `settings`). */
export interface SettingsDocument {
  readonly root: string;
  readonly settings: readonly Setting[];
  /** Files that `<settings src>` names. */
  readonly files: readonly string[];
}

/** Reads `<set name value target>`; target and name may stand on the `<settings>` around it. Undefined for what is not well-formed. */
export function readSettingsDocument(xml: string): SettingsDocument | undefined {
  const tags = readTags(xml);
  const root = tags?.[0]?.name;
  if (tags === undefined || root === undefined) return undefined;
  const settings: Setting[] = [];
  const files: string[] = [];
  let around: Readonly<Record<string, string>> = {};
  for (const { name, opens, attributes } of tags) {
    if (name === 'settings') around = opens ? attributes : {};
    if (name === 'settings' && attributes['src'] !== undefined) files.push(attributes['src']);
    if (name === 'set' && opens) settings.push(toSetting({ ...around, ...attributes }));
  }
  return { root, settings, files };
}

function toSetting(attributes: Readonly<Record<string, string>>): Setting {
  return {
    name: attributes['name'] ?? '',
    target: attributes['target'] ?? '*',
    value: attributes['value'] ?? '',
  };
}
