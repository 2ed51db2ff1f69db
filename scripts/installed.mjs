/**
 * Whether the installed packages match the lock file. Both arguments are parsed lock files of version 3; `installed` is npm's record in
 * node_modules. Optional packages may be absent, such as those of other platforms.
 *
 * @param {{packages?: Record<string, {version?: string, integrity?: string, optional?: boolean}>}} lock
 * @param {{packages?: Record<string, {version?: string, integrity?: string}>} | undefined} installed
 */
export function isCurrent(lock, installed) {
  const have = installed?.packages || {};
  const want = Object.entries(lock.packages || {}).filter(([path]) => path !== '');
  const wanted = new Set(want.map(([path]) => path));
  if (Object.keys(have).some((path) => !wanted.has(path))) return false;
  return want.every(([path, entry]) => {
    const found = have[path];
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}
