import * as z from 'zod';
import { withRules } from '../../common/rule.ts';
import { DEFAULT_MAX_MESSAGE } from '../../common/sizes.ts';
import { valueSourceSchema } from '../../common/value-source.ts';

const schemaSchema = withRules(
  z.strictObject({
    type: z
      .enum(['Reflection', 'Proto', 'DescriptorSet'])
      .default('Reflection')
      .describe(
        'Reflection: every runner asks the server once, before the load (grpc.reflection.v1 or v1alpha). Otherwise the sibling field that holds the schema.',
      ),
    proto: z
      .array(valueSourceSchema)
      .min(1)
      .max(64)
      .optional()
      .describe(
        'Keys that contain the .proto files of the services, and the files that these import except those of google/protobuf.',
      ),
    descriptorSet: valueSourceSchema
      .optional()
      .describe(
        'Key of a ConfigMap (binaryData) or Secret that contains a FileDescriptorSet, as `protoc --include_imports --descriptor_set_out` and `buf build` write it.',
      ),
  }),
  {
    cel: "has(self.proto) == (self.type == 'Proto')",
    message: 'proto must be set when type is Proto, and only then',
    field: 'proto',
    test: (v) => (v.proto !== undefined) === (v.type === 'Proto'),
  },
  {
    cel: "has(self.descriptorSet) == (self.type == 'DescriptorSet')",
    message: 'descriptorSet must be set when type is DescriptorSet, and only then',
    field: 'descriptorSet',
    test: (v) => (v.descriptorSet !== undefined) === (v.type === 'DescriptorSet'),
  },
);

/** `target.grpc`. */
export const targetGrpcSchema = z.strictObject({
  schema: schemaSchema.prefault({ type: 'Reflection' }).describe('The definition of the services.'),
  maxMessageBytes: z
    .int()
    .min(1)
    .max(64 * 1024 * 1024)
    .default(DEFAULT_MAX_MESSAGE)
    .describe(
      'Largest message of a response, as sent and decompressed; a larger one is an error, MessageTooLarge. A compressed message that nothing reads has the length that gzip states at its end. Where expectations or extractions need the messages, it also limits all messages of a response together, decompressed. Default: 4 MiB.',
    ),
});
