// A grpc-go server of the method that fortio calls by `-grpc -ping`, fgrpc.PingServer/Ping, for benchmarks: it responds with the message that
// it got. The arguments are its port; a port that tells over HTTP how many calls it has had (/requests) and, after the argument "log", when it
// responded to which seq (/responses).
package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/reflection"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

const seqField = 1

// What server reflection tells. The messages have more fields in fortio.
var file = &descriptorpb.FileDescriptorProto{
	Name:    proto.String("ping.proto"),
	Package: proto.String("fgrpc"),
	Syntax:  proto.String("proto3"),
	MessageType: []*descriptorpb.DescriptorProto{{
		Name: proto.String("PingMessage"),
		Field: []*descriptorpb.FieldDescriptorProto{
			field("seq", seqField, descriptorpb.FieldDescriptorProto_TYPE_INT64),
			field("payload", 3, descriptorpb.FieldDescriptorProto_TYPE_STRING),
		},
	}},
	Service: []*descriptorpb.ServiceDescriptorProto{{
		Name: proto.String("PingServer"),
		Method: []*descriptorpb.MethodDescriptorProto{{
			Name:       proto.String("Ping"),
			InputType:  proto.String(".fgrpc.PingMessage"),
			OutputType: proto.String(".fgrpc.PingMessage"),
		}},
	}},
}

func field(name string, number int32, kind descriptorpb.FieldDescriptorProto_Type) *descriptorpb.FieldDescriptorProto {
	label := descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL
	return &descriptorpb.FieldDescriptorProto{Name: &name, JsonName: &name, Number: &number, Type: &kind, Label: &label}
}

// A message as bytes: its conversion would cost the target's CPU and tell nothing about a generator.
type raw []byte

type codec struct{}

func (codec) Name() string { return "proto" }

func (codec) Marshal(message any) ([]byte, error) {
	if bytes, is := message.(*raw); is {
		return *bytes, nil
	}
	return proto.Marshal(message.(proto.Message))
}

func (codec) Unmarshal(data []byte, to any) error {
	if bytes, is := to.(*raw); is {
		*bytes = data
		return nil
	}
	return proto.Unmarshal(data, to.(proto.Message))
}

type server struct {
	calls    atomic.Int64
	isLogged bool
	mutex    sync.Mutex
	log      bytes.Buffer
}

func ping(self any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	s := self.(*server)
	message := new(raw)
	if err := decode(message); err != nil {
		return nil, err
	}
	s.calls.Add(1)
	if s.isLogged {
		s.mutex.Lock()
		fmt.Fprintf(&s.log, "%.3f /%d\n", float64(time.Now().UnixMicro())/1e6, seqOf(*message))
		s.mutex.Unlock()
	}
	return message, nil
}

// The first field of a message; generators leave it out when it is 0.
func seqOf(message []byte) uint64 {
	if len(message) == 0 || message[0] != seqField<<3 {
		return 0
	}
	seq, _ := binary.Uvarint(message[1:])
	return seq
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	s := &server{isLogged: len(os.Args) > 3 && os.Args[3] == "log"}
	http.HandleFunc("/requests", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, s.calls.Load()) })
	http.HandleFunc("/responses", func(w http.ResponseWriter, _ *http.Request) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		w.Write(s.log.Bytes())
	})
	go func() { log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[2], nil)) }()
	if err := protoregistry.GlobalFiles.RegisterFile(must(protodesc.NewFile(file, nil))); err != nil {
		log.Fatal(err)
	}
	grpcServer := grpc.NewServer(grpc.ForceServerCodec(codec{}))
	grpcServer.RegisterService(&grpc.ServiceDesc{
		ServiceName: "fgrpc.PingServer",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Ping", Handler: ping}},
		Metadata:    *file.Name,
	}, s)
	reflection.Register(grpcServer)
	log.Fatal(grpcServer.Serve(must(net.Listen("tcp", "127.0.0.1:"+os.Args[1]))))
}
