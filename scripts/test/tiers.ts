import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BROWSER } from '../../test/browser/chromium.ts';
import { binaries } from '../../test/cluster/binaries.ts';
import { down, status, up } from '../../test/cluster/cluster.ts';
import { withLock } from '../../test/cluster/lock.ts';
import { canInstall, controlPlaneTools, installPackages, missingPackages } from '../../test/cluster/packages.ts';
import { missingFor } from '../../test/cluster/probe.ts';
import { installServers, missingForServers } from '../../test/servers/packages.ts';

/** A command that runs the given one where a tier's tests belong. */
export type Enter = (command: string[]) => string[];

/** Runs `body` in a tier's surroundings: brings them up before, telling `log` what it does, and ends them after. */
type Within = <T>(log: (line: string) => void, body: (enter: Enter) => Promise<T>) => Promise<T>;

export type Tier = {
  name: 'unit' | 'browser' | 'servers' | 'integration' | 'e2e' | 'chaos';
  /** Why it cannot run on this machine; empty if it can. */
  missing: () => Promise<string[]>;
  within: Within;
  /** More options of `node --test`. */
  options: readonly string[];
  /** How many files run at once; node:test's own number without it. */
  atOnce?: number;
  /** Files that bear no other beside them: they run one after another when the rest has ended. */
  alone?: RegExp;
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

async function missingForChaos(): Promise<string[]> {
  const elsewhere = process.env.LOADTEST_E2E_KUBECONFIG !== undefined;
  return [
    ...(elsewhere ? ['the processes of a cluster elsewhere are not ours to end'] : []),
    ...(await missingFor('e2e')),
  ];
}

/** From the cheapest to the dearest. */
export const TIERS: readonly Tier[] = [
  {
    name: 'unit',
    missing: async () => [],
    within: (_, body) => body(here),
    options: ['--test-reporter=dot'],
    // Most files wait for most of their time.
    atOnce: 2,
    // What holds a real load to its pace, and counts processor time, has the machine to itself.
    alone: /(bench|hostile|frozen-target|watchdog|interrupt|local-run|cli-parity|pacing-timer)\.test\.ts$/,
    fileTimeoutMs: 120_000,
  },
  {
    name: 'browser',
    missing: async () =>
      missingPackages(BROWSER).length > 0 && !canInstall()
        ? ['no chromium, and only root on a Debian installs it']
        : [],
    within: async (log, body) => {
      await installPackages(missingPackages(BROWSER), log);
      return body(here);
    },
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
    options: ['--test-reporter=spec'],
    // Every file has a control plane of its own, and waits for half of its time.
    atOnce: 2,
    // They count calls and processor time, or keep all cores busy themselves.
    alone: /(api-calls|memory|throttling|random-specs)\.test\.ts$/,
    fileTimeoutMs: 10 * 60_000,
  },
  {
    name: 'e2e',
    missing: () => missingFor('e2e'),
    within: withinCluster,
    options: ['--test-reporter=spec', '--test-global-setup=test/e2e/setup.ts'],
    // A file has a namespace of its own, and waits for most of its time. More would measure how long two cores take to start pods.
    atOnce: 3,
    // It restarts the operator, which all others share.
    alone: /operator\.test\.ts$/,
    fileTimeoutMs: 15 * 60_000,
  },
  {
    name: 'chaos',
    missing: () => missingForChaos(),
    within: withinCluster,
    options: ['--test-reporter=spec', '--test-global-setup=test/chaos/setup.ts'],
    // Every file has an operator of its own, which it may treat as it likes.
    atOnce: 4,
    // There is one control plane.
    alone: /control-plane\.test\.ts$/,
    fileTimeoutMs: 10 * 60_000,
  },
];
