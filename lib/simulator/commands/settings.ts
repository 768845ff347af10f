import type { Call } from '../call.ts';
import { statusDocument } from '../documents.ts';
import { isType } from '../http-reader.ts';
import type { SessionTargets } from '../session-targets.ts';
import { readSettingsDocument } from '../settings-document.ts';
import type { SessionCommand } from './session-command.ts';

const DONE = statusDocument('settings');

/** Applies the settings of a text/xml body, then those of the arguments. */
export const settings: SessionCommand = (call, session) => {
  if (call.request.body !== '' && isType(call.request.contentType, 'text/xml')) {
    const document = readSettingsDocument(call.request.body);
    if (document?.root !== 'settings') return call.fail('MALFORMED_SETTING');
    for (const { name, target, value } of document.settings) session.targets.apply(name, target, value);
  }
  if (applyArguments(call, session.targets)) call.answer(DONE);
};

/** Whether any argument is a setting: its name has an opening bracket, wherever. */
export function hasSettings(call: Call): boolean {
  return call.request.arguments.lastFirst().some(({ name }) => name.includes('['));
}

/**
 * Applies arguments of the form `name[target]`, the last one first. The closing bracket may be missing. Anything but two parts
 * between brackets fails the call; what was applied before stays.
 *
 * @returns False when the call has failed.
 */
export function applyArguments(call: Call, targets: SessionTargets): boolean {
  for (const { name, value } of call.request.arguments.lastFirst()) {
    if (!name.includes('[')) continue;
    const [setting, target, ...more] = name.split(/[[\]]+/).filter((part) => part !== '');
    if (setting === undefined || target === undefined || more.length > 0) {
      call.fail('MALFORMED_SETTING', name);
      return false;
    }
    targets.apply(setting, target, value);
  }
  return true;
}
