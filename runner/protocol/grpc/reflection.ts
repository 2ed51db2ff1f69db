import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';
import { lacks } from '../../../api/common/misspelt/lacks.ts';
import type { RequestSpec } from '../../../api/loadtest/request.ts';
import { type Answer, type Asking, ask, type Question, VERSIONS } from './reflection-call.ts';
import type { DescribedFile } from './schema.ts';

/** Imports nest less deeply; a server that always names another file must come to an end. */
const MAX_ROUNDS = 32;
const MAX_FILES = 1000;
/** The field `file` of a FileDescriptorSet, as on the wire. */
const FILE_TAG = 10;

/**
 * Asks a server for the files that define the services of the requests, and those that they import as far as it has them: a FileDescriptorSet.
 * Rejects with an error that says why the server does not tell.
 */
export async function reflect(requests: readonly RequestSpec[], asking: Asking): Promise<Uint8Array> {
  const services = [...new Set(requests.map(({ grpc }) => grpc!.service))];
  try {
    return descriptorSet(await filesOf(services, asking));
  } catch (error) {
    throw new Error(`target.grpc.schema: ${(error as Error).message}`);
  }
}

function descriptorSet(files: Iterable<Uint8Array>): Uint8Array {
  const writer = protobuf.Writer.create();
  for (const file of files) writer.uint32(FILE_TAG).bytes(file);
  return writer.finish();
}

async function filesOf(services: readonly string[], asking: Asking): Promise<Iterable<Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const questions: Question[] = services.map((fileContainingSymbol) => ({ fileContainingSymbol }));
  const { answers, version } = await ask(questions, VERSIONS, asking);
  const unknown = answers.find(({ errorResponse }) => errorResponse !== undefined);
  if (unknown !== undefined) throw new Error(await unknownService(unknown, services[0]!, version, asking));
  const asked = new Set<string>();
  let imports = filesIn(answers, files);
  for (let round = 1; round < MAX_ROUNDS && files.size < MAX_FILES; round++) {
    const wanted = [...new Set(imports)].filter((path) => !files.has(path) && !asked.has(path));
    if (wanted.length === 0) break;
    for (const path of wanted) asked.add(path);
    const more = await ask(
      wanted.map((fileByFilename) => ({ fileByFilename })),
      [version],
      asking,
    );
    imports = filesIn(more.answers, files);
  }
  return files.values();
}

/** Adds the files of the answers by their paths. Returns the paths of their imports. */
function filesIn(answers: readonly Answer[], files: Map<string, Uint8Array>): string[] {
  const texts = answers.flatMap(({ fileDescriptorResponse }) => fileDescriptorResponse?.fileDescriptorProto ?? []);
  return texts.flatMap((text) => {
    const bytes = Buffer.from(text, 'base64');
    const { name, dependency } = descriptor.FileDescriptorProto.decode(bytes) as unknown as DescribedFile;
    files.set(name, bytes);
    return dependency;
  });
}

/** That the server lacks a service, and which ones it has, if it tells. */
async function unknownService(
  { errorResponse, originalRequest }: Answer,
  first: string,
  version: string,
  asking: Asking,
): Promise<string> {
  const { fileContainingSymbol: service = first } = originalRequest ?? {};
  const { answers } = await ask([{ listServices: '' }], [version], asking);
  const known = answers.flatMap(({ listServicesResponse }) => listServicesResponse?.service ?? []);
  const owner = "the server's reflection";
  if (known.length === 0)
    return `${owner} has no service "${service}": ${errorResponse?.errorMessage?.slice(0, 256) ?? ''}`;
  return lacks(
    owner,
    'service',
    service,
    known.map(({ name }) => name),
  );
}
