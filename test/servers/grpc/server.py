"""A server of gRPC's interoperability service by grpcio at a port of this machine; its responses are compressed with gzip."""

import sys
import time
from concurrent import futures

import grpc

sys.path.insert(0, sys.argv[2])
messages, services = grpc.protos_and_services("testservice.proto")


def end(context, status):
    if status.code:
        context.abort(next(code for code in grpc.StatusCode if code.value[0] == status.code), status.message)


def payload(size, request):
    return messages.Payload(body=bytes(size) if size else request.payload.body)


def outputs(request):
    for parameters in request.response_parameters:
        time.sleep(parameters.interval_us / 1e6)
        yield messages.StreamingOutputCallResponse(payload=payload(parameters.size, request))


class TestService(services.TestServiceServicer):
    def EmptyCall(self, request, context):
        return messages.Empty()

    def UnaryCall(self, request, context):
        given = context.invocation_metadata()
        context.send_initial_metadata([pair for pair in given if pair[0] == "x-grpc-test-echo-initial"])
        context.set_trailing_metadata([pair for pair in given if pair[0] == "x-grpc-test-echo-trailing-bin"])
        end(context, request.response_status)
        return messages.SimpleResponse(payload=payload(request.response_size, request))

    def StreamingOutputCall(self, request, context):
        yield from outputs(request)
        end(context, request.response_status)

    def StreamingInputCall(self, requests, context):
        return messages.StreamingInputCallResponse(aggregated_payload_size=sum(len(r.payload.body) for r in requests))

    def FullDuplexCall(self, requests, context):
        for request in requests:
            yield from outputs(request)


server = grpc.server(
    futures.ThreadPoolExecutor(8),
    options=[("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)],
    compression=grpc.Compression.Gzip,
)
services.add_TestServiceServicer_to_server(TestService(), server)
server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
server.start()
server.wait_for_termination()
