// A net/http server for the differential test: fixed and chunked bodies, gzip, 1xx, 204, 304, and closing connections.
package main

import (
	"compress/gzip"
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
)

var text = strings.Repeat("All work and no play. ", 1000)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/fixed", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "{\"ok\":true}") })
	mux.HandleFunc("/chunked", func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < 5; i++ {
			io.WriteString(w, text[:1000])
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("/long", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Repeat(text, 5)) })
	mux.HandleFunc("/gzip", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		io.WriteString(zip, text)
		zip.Close()
	})
	mux.HandleFunc("/hints", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusProcessing)
		io.WriteString(w, "after two informational responses")
	})
	mux.HandleFunc("/trailers", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Trailer", "X-Sum")
		io.WriteString(w, text)
		w.Header().Set("X-Sum", "1")
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, r.Method+" "+r.URL.String()+" "+r.Header.Get("X-A")+" "+string(body))
	})
	mux.HandleFunc("/204", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/304", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	mux.HandleFunc("/close", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		io.WriteString(w, "the last one")
	})
	mux.HandleFunc("/abort", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "not a hundred bytes")
		panic(http.ErrAbortHandler)
	})
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	quiet := log.New(io.Discard, "", 0)
	secure := &http.Server{Addr: "127.0.0.1:" + os.Args[2], Handler: mux, Protocols: protocols, ErrorLog: quiet, TLSConfig: &tls.Config{}}
	go func() { log.Fatal(secure.ListenAndServeTLS(os.Args[3], os.Args[4])) }()
	plain := &http.Server{Addr: "127.0.0.1:" + os.Args[1], Handler: mux, Protocols: protocols, ErrorLog: quiet}
	log.Fatal(plain.ListenAndServe())
}
