import * as z from 'zod';
import { API_VERSION } from '../api/common/group.ts';
import { reportDocumentSchema } from '../api/report/report-document.ts';

const DESCRIPTION =
  'The full result of a LoadTest, as `loadtest run --json` writes it; an array of them for several tests. Generated from api/ by `npm run generate`. Its version is apiVersion: within one, no field changes its name, its unit or its meaning.';

/** The CRD has the schema of the spec, which would be nine tenths of this one. */
const spec = z
  .looseObject({})
  .describe('The spec of the LoadTest, with its defaults: docs/reference.md lists the fields.');

/** The JSON schema of a report, for programs that read one. */
export function reportSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(reportDocumentSchema.extend({ spec }), {
    io: 'output',
    override: withoutKubernetes,
  });
  const head = { $schema, $id: `urn:${API_VERSION}:LoadTestReport`, title: 'LoadTestReport', description: DESCRIPTION };
  return `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`;
}

/** Removes the extensions that only the API server reads. */
const withoutKubernetes: NonNullable<z.core.ToJSONSchemaParams['override']> = ({ jsonSchema }) => {
  for (const key of Object.keys(jsonSchema)) if (key.startsWith('x-kubernetes-')) delete jsonSchema[key];
};
