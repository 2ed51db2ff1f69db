import { detectResources, envDetector, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { VERSION } from '../api/common/version.ts';

/** A run of a LoadTest. `uid` is of this run alone; `namespace` is absent without a cluster. */
export type RunIdentity = { namespace?: string | undefined; name: string; uid: string };

/**
 * The resource of a run by OpenTelemetry's semantic conventions: one service, whose instance is the run. OTEL_SERVICE_NAME and
 * OTEL_RESOURCE_ATTRIBUTES add to it, and take precedence.
 */
export function resourceOf({ namespace, uid }: RunIdentity): Resource {
  const own = resourceFromAttributes({
    'service.name': 'loadtest',
    'service.version': VERSION,
    'service.instance.id': uid,
    ...(namespace && { 'k8s.namespace.name': namespace }),
  });
  return own.merge(detectResources({ detectors: [envDetector] }));
}
