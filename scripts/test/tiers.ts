import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binaries } from '../../test/cluster/binaries.ts';
import { down, status, up } from '../../test/cluster/cluster.ts';
import { withLock } from '../../test/cluster/lock.ts';
import { controlPlaneTools, installPackages, missingPackages } from '../../test/cluster/packages.ts';
import { missingFor } from '../../test/cluster/probe.ts';
import { installServers, missingForServers } from '../../test/servers/packages.ts';

/** A command that runs the given one where a tier's tests belong. */
export type Enter = (command: string[]) => string[];

/** Runs `body` in a tier's surroundings: brings them up before, telling `log` what it does, and ends them after. */
type Within = <T>(log: (line: string) => void, body: (enter: Enter) => Promise<T>) => Promise<T>;

export type Tier = {
  name: 'unit' | 'servers' | 'integration' | 'e2e';
  /** Why it cannot run on this machine; empty if it can. */
  missing: () => Promise<string[]>;
  within: Within;
  /** More options of `node --test`. */
  options: readonly string[];
  /** A file that takes longer hangs, and is ended. */
  fileTimeoutMs: number;
};

const here: Enter = (command) => command;

/** All runs share the machine's one cluster and the one release in it, so that a second run waits for the first. */
const runLock = join(tmpdir(), 'loadtest-operator-e2e.lock');

/** A cluster that was up before is somebody's, and stays up. */
const withinCluster: Within = (log, body) => {
  if (existsSync(runLock)) log('waits for another run of this tier');
  return withLock(runLock, async () => {
    const before = status().some(({ alive }) => alive);
    const { enter } = await up({ log });
    try {
      return await body(enter);
    } finally {
      if (!before) await down();
    }
  });
};

/** From the cheapest to the dearest. */
export const TIERS: readonly Tier[] = [
  {
    name: 'unit',
    missing: async () => [],
    within: (_, body) => body(here),
    options: ['--test-reporter=dot'],
    fileTimeoutMs: 120_000,
  },
  {
    name: 'servers',
    missing: async () => missingForServers(),
    within: async (log, body) => {
      await installServers(log);
      return body(here);
    },
    options: ['--test-reporter=dot'],
    fileTimeoutMs: 5 * 60_000,
  },
  {
    name: 'integration',
    missing: () => missingFor('integration'),
    within: async (log, body) => {
      await installPackages(missingPackages(controlPlaneTools), log);
      await binaries('controlPlane', log);
      return body(here);
    },
    // Every file starts a control plane of its own: several at once would be several times the memory and take as long.
    options: ['--test-reporter=spec', '--test-concurrency=1'],
    fileTimeoutMs: 10 * 60_000,
  },
  {
    name: 'e2e',
    missing: () => missingFor('e2e'),
    within: withinCluster,
    // One file after another: some of them measure, and some restart the operator.
    options: ['--test-reporter=spec', '--test-concurrency=1', '--test-global-setup=test/e2e/setup.ts'],
    fileTimeoutMs: 15 * 60_000,
  },
];
