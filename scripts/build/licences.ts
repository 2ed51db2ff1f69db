import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './bundle.ts';
import type { BundledPackage } from './packages.ts';

/** The file with the licences of the packages in a bundle. */
export const LICENCES = 'LICENSES.txt';

/** The licences and notices of the bundled packages, which all require that these texts are included. */
export function licencesOf(packages: readonly BundledPackage[]): string {
  return packages.map(licenceOf).join('\n');
}

function licenceOf({ folder, name, version, license }: BundledPackage): string {
  const path = join(ROOT, folder);
  const files = readdirSync(path);
  const licence = files.find((entry) => /^(un)?licen[cs]e/i.test(entry));
  if (licence === undefined) throw new Error(`${name} has no text of its licence`);
  const notices = files.filter((entry) => /^notice/i.test(entry));
  const texts = [licence, ...notices].map((entry) => readFileSync(join(path, entry), 'utf8').trim());
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
