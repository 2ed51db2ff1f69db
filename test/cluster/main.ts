import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { down, status, up } from './cluster.ts';
import type { Cluster } from './handle.ts';
import { missingFor } from './probe.ts';

const usage = `usage: npm run cluster -- COMMAND

  up                    start a one-node Kubernetes cluster on this machine unless it runs
  status                list its processes and whether they run
  shell [-- CMD ARG…]   open a shell, or run one command, where kubectl and helm reach the cluster
  down                  stop it and delete its files
`;

/** Runs a command inside the cluster's network with its tools on PATH; returns the exit code. */
function runInside(cluster: Cluster, command: string[]): Promise<number> {
  const [file = '', ...args] = cluster.enter(command);
  const env = {
    ...process.env,
    KUBECONFIG: cluster.kubeconfig,
    PATH: [cluster.bin, process.env.PATH].join(delimiter),
  };
  // Ctrl-C is for the command, and this process waits for its end.
  process.on('SIGINT', () => {});
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

async function main([command, ...rest]: string[]): Promise<number> {
  const log = (line: string) => console.error(`cluster: ${line}`);
  switch (command) {
    case 'up': {
      const reasons = await missingFor('e2e');
      for (const reason of reasons) log(`cannot run here: ${reason}`);
      if (reasons.length > 0) return 1;
      const cluster = await up({ log });
      log(
        `ready, with KUBECONFIG=${cluster.kubeconfig} and Prometheus at ${cluster.prometheusUrl || 'an unknown address'}`,
      );
      log('open a shell with kubectl and helm:  npm run cluster -- shell');
      log('or run one command:                  npm run cluster -- shell -- kubectl get pods -A');
      return 0;
    }
    case 'status': {
      const processes = status();
      for (const { name, pid, alive } of processes) console.log(`${name}\t${alive ? `running (${pid})` : 'ended'}`);
      if (processes.length === 0) console.log('no cluster');
      return processes.length > 0 && processes.every(({ alive }) => alive) ? 0 : 1;
    }
    case 'shell': {
      const args = rest[0] === '--' ? rest.slice(1) : rest;
      return runInside(await up({ log }), args.length > 0 ? args : [process.env.SHELL ?? 'sh']);
    }
    case 'down':
      await down();
      return 0;
    default:
      console.error(usage);
      return 64;
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // The message of the failed command suffices; a stack trace does not help.
  console.error(`cluster: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
