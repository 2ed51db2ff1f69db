import { API_VERSION } from '../../api/common/group.ts';
import { VERSION } from '../../api/common/version.ts';
import type { OutputOf } from '../arguments/command.ts';

/** The version as text, or as JSON with the versions of the API and of Node. */
export function versionText(output: OutputOf<'version'>): string {
  if (output === 'text') return `loadtest ${VERSION}\n`;
  return `${JSON.stringify({ version: VERSION, apiVersion: API_VERSION, node: process.versions.node }, null, 2)}\n`;
}
