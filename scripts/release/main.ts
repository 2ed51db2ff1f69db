/**
 * `node scripts/release/main.ts STEP …`, as the release workflow does. Every step writes to dist/release and prints what it made.
 *
 *   check-tag TAG                                    compares a tag with the versions of the files
 *   image --repository REF [--push]                  builds the image for all architectures; needs buildah
 *   artifacts --repository REF --source URL [--digest DIGEST] [--ref REF]
 *                                                    builds everything else; needs helm and GNU tar
 *   validate                                         has helm, OLM, kube-score and Krew check the artifacts; needs helm and Go
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../../test/cluster/system/run.ts';
import { baseOfDockerfile } from '../build/base.ts';
import { ROOT } from '../build/bundle.ts';
import { buildArtifacts } from './artifacts.ts';
import { currentCommit, projectVersion, tagProblems } from './commit.ts';
import { buildImage } from './image.ts';
import { validateArtifacts } from './validate.ts';

const OUT = join(ROOT, 'dist/release');
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    repository: { type: 'string' },
    source: { type: 'string' },
    digest: { type: 'string' },
    ref: { type: 'string' },
    push: { type: 'boolean', default: false },
  },
});

function required(name: 'repository' | 'source'): string {
  const value = values[name];
  if (value === undefined) fail(`--${name} is missing`);
  return value;
}

function fail(message: string): never {
  console.error(message);
  process.exit(64);
}

const [step, argument] = positionals;
mkdirSync(OUT, { recursive: true });
switch (step) {
  case 'check-tag': {
    const problems = tagProblems(argument ?? fail('the tag is missing'));
    if (problems.length > 0) fail(problems.join('\n'));
    break;
  }
  case 'image': {
    const commit = await currentCommit();
    await run(['npm', 'run', 'build', '--', 'image'], {
      cwd: ROOT,
      env: { SOURCE_DATE_EPOCH: `${commit.epochSeconds}` },
    });
    const digest = await buildImage({
      ...{ ...commit, version: projectVersion(), base: baseOfDockerfile },
      ...(values.source !== undefined && { source: values.source }),
      ...(values.push ? { push: required('repository') } : {}),
      layout: join(OUT, 'image'),
    });
    console.log(digest);
    break;
  }
  case 'artifacts': {
    const paths = await buildArtifacts(OUT, {
      image: { repository: required('repository'), ...(values.digest !== undefined && { digest: values.digest }) },
      source: required('source'),
      ref: values.ref ?? 'HEAD',
      ...(process.env.GITHUB_WORKFLOW_REF !== undefined && {
        builder: `https://github.com/${process.env.GITHUB_WORKFLOW_REF}`,
      }),
      ...(process.env.GITHUB_RUN_ID !== undefined && {
        invocation: `${required('source')}/actions/runs/${process.env.GITHUB_RUN_ID}`,
      }),
    });
    console.log(paths.join('\n'));
    break;
  }
  case 'validate':
    console.log((await validateArtifacts(OUT, projectVersion())).join('\n'));
    break;
  default:
    fail(
      `the steps are check-tag, image, artifacts and validate\n${readFileSync(import.meta.filename, 'utf8').split('*/')[0]}`,
    );
}
