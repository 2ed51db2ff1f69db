// The server of the interoperability tests of grpc-go at a port, with server reflection if the second argument is "reflection".
package main

import (
	"log"
	"net"
	"os"

	"google.golang.org/grpc"
	_ "google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/interop"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/reflection"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(64 << 20))
	testgrpc.RegisterTestServiceServer(server, interop.NewTestServer())
	if os.Args[2] == "reflection" {
		reflection.Register(server)
	}
	log.Fatal(server.Serve(listener))
}
