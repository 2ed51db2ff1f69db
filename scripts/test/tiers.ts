import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BROWSER } from '../../test/browser/chromium.ts';
import { binaries } from '../../test/cluster/build/binaries.ts';
import { canInstall, controlPlaneTools, installPackages, missingPackages } from '../../test/cluster/build/packages.ts';
import { down, status, up } from '../../test/cluster/cluster.ts';
import { withSharedControlPlanes } from '../../test/cluster/components/shared-control-planes.ts';
import { missingFor } from '../../test/cluster/probe.ts';
import { withLock } from '../../test/cluster/system/lock.ts';
import { withSetUp } from '../../test/e2e/support/environment.ts';
import { prepareControlPlane } from '../../test/integration/support/test-server.ts';
import { installServers, missingForServers } from '../../test/servers/packages.ts';

/** Wraps a command so that it runs in a tier's environment. */
export type Enter = (command: string[]) => string[];

/** Runs `body` in a tier's environment: starts it before, with messages to `log`, and stops it afterwards. */
type Within = <T>(log: (line: string) => void, body: (enter: Enter) => Promise<T>) => Promise<T>;

export type Tier = {
  name: 'unit' | 'browser' | 'servers' | 'integration' | 'e2e' | 'chaos';
  /** The reasons why the tier cannot run on this machine; empty if it can. */
  missing: () => Promise<string[]>;
  within: Within;
  /** Runs at the same time as the tier before it, because both mostly wait. */
  besidePrevious?: true;
  /** More options of `node --test`. */
  options: readonly string[];
  /** Number of concurrent files; default: node:test's. */
  atOnce?: number;
  /** Files that need a quiet machine and use little of it: they run at the same time after the rest. */
  quiet?: RegExp;
  /** Files that need the machine for themselves: they run one after another after the rest, also of the tiers that run at the same time. */
  alone?: RegExp;
  /** Time limit of a file, in milliseconds. */
  fileTimeoutMs: number;
};

const here: Enter = (command) => command;

/** All runs share the machine's one cluster and the one release in it, so that a second run waits for the first. */
const runLock = join(tmpdir(), 'loadtest-operator-e2e.lock');

/** Keeps a cluster that already ran. */
const withinCluster: Within = (log, body) => {
  if (existsSync(runLock)) log('waiting for another run of this tier');
  return withLock(runLock, async () => {
    const before = status().some(({ alive }) => alive);
    const { enter } = await up({ log });
    try {
      return await withSetUp(log, () => body(enter));
    } finally {
      if (!before) await down();
    }
  });
};

async function missingForChaos(): Promise<string[]> {
  const isExternal = process.env.LOADTEST_E2E_KUBECONFIG !== undefined;
  return [...(isExternal ? ['needs the processes of a local cluster'] : []), ...(await missingFor('e2e'))];
}

/** All tiers, from the cheapest to the most expensive. */
export const TIERS: readonly Tier[] = [
  {
    name: 'unit',
    missing: async () => [],
    within: (_, body) => body(here),
    options: ['--test-reporter=dot'],
    // Half of the files wait most of the time, and the others take a core each.
    atOnce: 4,
    // Hundreds of behaviours one after another, most with a short timeout: each file takes half a core.
    quiet: /hostile\.test\.ts$/,
    // Files that check the pace of a real load, and count CPU time, need the machine for themselves.
    alone: /(bench|frozen-target|watchdog|interrupt|local-run|local-search|cli-parity|pacing-timer)\.test\.ts$/,
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
    atOnce: 2,
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
    // The longest file waits for the loads of the documents as long as all others take one after another.
    atOnce: 2,
    fileTimeoutMs: 5 * 60_000,
  },
  {
    name: 'integration',
    missing: () => missingFor('integration'),
    within: async (log, body) => {
      await installPackages(missingPackages(controlPlaneTools), log);
      await binaries('controlPlane', log);
      return withSharedControlPlanes(2, prepareControlPlane, () => body(here));
    },
    besidePrevious: true,
    options: ['--test-reporter=spec'],
    // Every file has a control plane for itself and waits half of the time.
    atOnce: 2,
    // They count calls and CPU time, and mostly wait.
    quiet: /(api-calls|throttling)\.test\.ts$/,
    // They use all cores themselves.
    alone: /(memory|random-specs)\.test\.ts$/,
    fileTimeoutMs: 10 * 60_000,
  },
  {
    name: 'e2e',
    missing: () => missingFor('e2e'),
    within: withinCluster,
    options: ['--test-reporter=spec', '--test-global-setup=test/e2e/setup.ts'],
    // Every file has its own namespace and mostly waits. With more concurrency, two cores would start pods too slowly.
    atOnce: 3,
    // One file replaces the operator, which all others share. A search judges response times, and dashboards need the runs that they show
    // scraped every second, which a busy node changes.
    alone: /(dashboard|capacity\/search|install\/upgrade)\.test\.ts$/,
    fileTimeoutMs: 15 * 60_000,
  },
  {
    name: 'chaos',
    missing: () => missingForChaos(),
    within: withinCluster,
    options: ['--test-reporter=spec', '--test-global-setup=test/chaos/setup.ts'],
    // Every file has its own operator, which it may break.
    atOnce: 5,
    // A search and a comparison judge response times, which a busy node changes; the two together leave the node idle most of the time.
    quiet: /(capacity|releases)\.test\.ts$/,
    // All files share one control plane, and a flood takes the node's CPU.
    alone: /(control-plane|flood)\.test\.ts$/,
    fileTimeoutMs: 10 * 60_000,
  },
];
