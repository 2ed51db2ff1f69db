// The server of the interoperability tests of grpc-go at an address, with server reflection if the second argument is "reflection". At the address
// of the third argument, if there is one, it tells by HTTP how many calls of each method it has received, and how many of its streams the client has cancelled.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net"
	"net/http"
	"os"
	"sync"

	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/interop"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/reflection"
)

var (
	lock     sync.Mutex
	received = map[string]int{}
)

func count(method string) {
	lock.Lock()
	defer lock.Unlock()
	received[method]++
}

func countUnary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	count(info.FullMethod)
	return handler(ctx, request)
}

func countStream(server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	count(info.FullMethod)
	err := handler(server, stream)
	if stream.Context().Err() == context.Canceled {
		count(info.FullMethod + " cancelled")
	}
	return err
}

func tell(response http.ResponseWriter, _ *http.Request) {
	lock.Lock()
	defer lock.Unlock()
	if err := json.NewEncoder(response).Encode(received); err != nil {
		log.Print(err)
	}
}

func main() {
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if len(os.Args) > 3 {
		go func() { log.Fatal(http.ListenAndServe(os.Args[3], http.HandlerFunc(tell))) }()
	}
	server := grpc.NewServer(
		grpc.MaxRecvMsgSize(64<<20),
		grpc.UnaryInterceptor(countUnary),
		grpc.StreamInterceptor(countStream),
	)
	testgrpc.RegisterTestServiceServer(server, interop.NewTestServer())
	if os.Args[2] == "reflection" {
		reflection.Register(server)
	}
	log.Fatal(server.Serve(listener))
}
