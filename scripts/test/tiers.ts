import { binaries } from '../../test/cluster/binaries.ts';
import { down, status, up } from '../../test/cluster/cluster.ts';
import { controlPlaneTools, installPackages, missingPackages } from '../../test/cluster/packages.ts';
import { missingFor } from '../../test/cluster/probe.ts';

/** Brings a tier's surroundings up, telling `log` what it does. */
export type Prepare = (log: (line: string) => void) => Promise<Surroundings>;

export type Surroundings = {
  /** A command that runs the given one where the tests belong. */
  enter: (command: string[]) => string[];
  /** Ends what was brought up. */
  leave: () => Promise<void>;
};

export type Tier = {
  name: 'unit' | 'integration' | 'e2e';
  /** Why it cannot run on this machine; empty if it can. */
  missing: () => Promise<string[]>;
  prepare: Prepare;
  /** More options of `node --test`. */
  options: readonly string[];
  /** A file that takes longer hangs, and is ended. */
  fileTimeoutMs: number;
};

const here: Surroundings = { enter: (command) => command, leave: async () => {} };

/** From the cheapest to the dearest. */
export const TIERS: readonly Tier[] = [
  {
    name: 'unit',
    missing: async () => [],
    prepare: async () => here,
    options: ['--test-reporter=dot'],
    fileTimeoutMs: 60_000,
  },
  {
    name: 'integration',
    missing: () => missingFor('integration'),
    prepare: async (log) => {
      await installPackages(missingPackages(controlPlaneTools), log);
      await binaries('controlPlane', log);
      return here;
    },
    // Every file starts a control plane of its own: several at once would be several times the memory and take as long.
    options: ['--test-reporter=spec', '--test-concurrency=1'],
    fileTimeoutMs: 10 * 60_000,
  },
  {
    name: 'e2e',
    missing: () => missingFor('e2e'),
    prepare: prepareCluster,
    // One file after another: some of them measure, and some restart the operator.
    options: ['--test-reporter=spec', '--test-concurrency=1', '--test-global-setup=test/e2e/setup.ts'],
    fileTimeoutMs: 15 * 60_000,
  },
];

/** A cluster that was up before is somebody's, and stays up. */
async function prepareCluster(log: (line: string) => void): Promise<Surroundings> {
  const before = status().some(({ alive }) => alive);
  const { enter } = await up({ log });
  return { enter, leave: before ? async () => {} : down };
}
