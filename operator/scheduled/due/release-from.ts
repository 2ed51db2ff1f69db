import { MAX_RELEASE } from '../../../api/common/names.ts';
import type { ReleaseFrom } from '../../../api/scheduled/release-from.ts';
import type { TargetPod } from '../../kube/api.ts';

/**
 * The release of the target by its pods: the value of the label, or the tag of the image. While several run, as in a rolling update, all of them
 * joined by "+". Undefined when no pod that matches has one.
 */
export function releaseOf(pods: readonly TargetPod[], from: ReleaseFrom): string | undefined {
  const running = pods.filter(({ metadata, status }) => status?.phase === 'Running' && !metadata.deletionTimestamp);
  const releases = running.flatMap((pod) => {
    const release = from.label === undefined ? tagOf(imageOf(pod, from.container)) : pod.metadata.labels?.[from.label];
    return release === undefined || release === '' ? [] : [release];
  });
  const joined = [...new Set(releases)].sort().join('+').slice(0, MAX_RELEASE);
  return joined === '' ? undefined : joined;
}

function imageOf({ spec }: TargetPod, container: string | undefined): string {
  const { containers = [] } = spec ?? {};
  return (container === undefined ? containers[0] : containers.find(({ name }) => name === container))?.image ?? '';
}

/** The tag of an image, or the beginning of its digest: "registry:5000/shop/checkout:v42@sha256:…" -> "v42". */
function tagOf(image: string): string | undefined {
  const [name = '', digest] = image.slice(image.lastIndexOf('/') + 1).split('@');
  const [, tag] = name.split(':');
  return tag ?? digest?.slice(0, 'sha256:'.length + 12);
}
