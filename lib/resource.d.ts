// Generated from api/ by `npm run generate`; do not edit.
// The types of a LoadTest in a manifest: fields with a default are optional.

/** Any JSON value. An integer beyond 2^53 is a bigint. */
export type Json = null | boolean | number | string | bigint | Json[] | { [name: string]: Json };

export type LoadTest = {
  apiVersion: 'loadtest.dev/v1alpha1';
  kind: 'LoadTest';
  metadata: {
    name?: string | undefined;
    generateName?: string | undefined;
    namespace?: string | undefined;
    uid?: string | undefined;
    generation?: number | undefined;
    creationTimestamp?: string | Date | undefined;
    deletionTimestamp?: string | Date | undefined;
    [name: string]: unknown;
  };
  spec: LoadTestSpec;
  status?: LoadTestStatus | undefined;
};

export type LoadTestSpec = {
  /** The system under test and the settings common to all requests. */
  target: {
    /** Scheme, host, port and base path, such as http://checkout.shop.svc:8080/api. */
    url: string;
    /** Timeout of one request, from its write to the last byte of the response. */
    timeout?: string | undefined;
    /** When the host name is resolved: Once per worker thread, before its load, or for every new connection. Connections use the addresses in turn. */
    dns?: 'Once' | 'PerConnection' | undefined;
    /** Check of the target before the load. Connect: every runner resolves the name, connects and completes the TLS handshake once; a failure ends the test without load. Request: every runner then also sends the first request, as for arrival 0, outside of all counts; an unexpected response ends the test without load, too. Request is not possible with a script, whose requests and checks begin after its setup. None: no check; the failures of an unreachable target are counted. */
    preflight?: 'None' | 'Connect' | 'Request' | undefined;
    /** true: in a cluster, no other LoadTest sends load to the same host and port at the same time, in any namespace that the operator serves. Tests wait for each other in the order of their creation. */
    exclusive?: boolean | undefined;
    /** HTTP version, connections and redirects. Default: HTTP/1.1. */
    http?: {
      /** HTTP1: HTTP/1.1, one request at a time per connection. HTTP2: many requests at a time per connection; negotiated by ALPN with an https target, by prior knowledge with an http target. */
      version?: 'HTTP1' | 'HTTP2' | undefined;
      /** Maximum number of connections over the whole test, divided among runners and their worker threads; each has at least one. HTTP/1.1: requests beyond it wait in FIFO order, which counts towards their response times. HTTP/2: requests use the connections in turn, but a user of a closed load stays on a connection that has fewer requests in flight than the next. Default: HTTP/1.1 one per in-flight request, HTTP/2 one per worker thread. */
      connections?: number | undefined;
      /** Whether requests reuse connections. false: every request opens a new connection with a full TLS handshake and sends "connection: close"; HTTP/1.1 only. */
      keepAlive?: boolean | undefined;
      /** For how long a connection carries requests; each ends in the last tenth of this time, at random, and between requests. The next one is to the next address, which with `dns: PerConnection` is looked up again: so a target that scales out receives load on its new instances. Default: as long as the server keeps it open. */
      maxConnectionAge?: string | undefined;
      /** How many requests a connection carries at most, up to a tenth less at random. The last one over HTTP/1.1 sends "connection: close". Default: without limit. */
      maxRequestsPerConnection?: number | undefined;
      /** Implementation of HTTP: Lean costs the least CPU. Undici is the reference for HTTP/1.1, NodeHTTP2 (node:http2) for HTTP/2. Auto: Lean. */
      transport?: 'Auto' | 'Lean' | 'Undici' | 'NodeHTTP2' | undefined;
      /** Forward proxy. It receives the requests for an http target itself; for an https target or HTTP/2 it opens a tunnel (CONNECT). */
      proxy?: {
        /** Host and port of the proxy. */
        url: string;
        /** Credentials for the proxy. Default: none. */
        auth?: {
          /** HTTP authentication scheme. */
          type: 'Basic' | 'Bearer';
          /** A user name and a password. */
          basic?: {
            /** A Secret of type kubernetes.io/basic-auth: keys `username` and `password`. */
            secretRef: {
              /** Name of the Secret, in the namespace of the LoadTest. */
              name: string;
            };
          } | undefined;
          /** A token. */
          bearer?: {
            /** Secret key that contains the token. */
            secretKeyRef: {
              /** Name of the object, in the namespace of the LoadTest. */
              name: string;
              /** Key in its data. */
              key: string;
            };
          } | undefined;
        } | undefined;
      } | undefined;
      /** Path of a Unix socket to connect to, instead of the host and port of the URL. In a cluster the limit allowUnixSockets must permit it. */
      unixSocket?: string | undefined;
      /** Source addresses of the runner's connections, of the target's address family, used in turn. Each has its own range of ports, so that more connections are possible. An address without a free port is skipped. Default: chosen by the system. */
      localAddresses?: string[] | undefined;
      /** Maximum number of redirects to follow per request, only to the scheme, host and port of the target. Redirects are part of the request: its times and its timeout include them, and they do not count as requests made. Without `expect.status`, a redirect that is not followed is unexpected. 0: a redirect is a response like any other. */
      maxRedirects?: number | undefined;
    } | undefined;
    /** Services and limits of requests over gRPC. */
    grpc?: {
      /** The definition of the services. */
      schema?: {
        /** Reflection: every runner asks the server once, before the load (grpc.reflection.v1 or v1alpha). Otherwise the sibling field that holds the schema. */
        type?: 'Reflection' | 'Proto' | 'DescriptorSet' | undefined;
        /** Keys that contain the .proto files of the services, and the files that these import except those of google/protobuf. */
        proto?: Array<{
          /** A key of a Secret in the same namespace. */
          secretKeyRef?: {
            /** Name of the object, in the namespace of the LoadTest. */
            name: string;
            /** Key in its data. */
            key: string;
          } | undefined;
          /** A key of a ConfigMap in the same namespace. */
          configMapKeyRef?: {
            /** Name of the object, in the namespace of the LoadTest. */
            name: string;
            /** Key in its data. */
            key: string;
          } | undefined;
        }> | undefined;
        /** Key of a ConfigMap (binaryData) or Secret that contains a FileDescriptorSet, as `protoc --include_imports --descriptor_set_out` and `buf build` write it. */
        descriptorSet?: {
          /** A key of a Secret in the same namespace. */
          secretKeyRef?: {
            /** Name of the object, in the namespace of the LoadTest. */
            name: string;
            /** Key in its data. */
            key: string;
          } | undefined;
          /** A key of a ConfigMap in the same namespace. */
          configMapKeyRef?: {
            /** Name of the object, in the namespace of the LoadTest. */
            name: string;
            /** Key in its data. */
            key: string;
          } | undefined;
        } | undefined;
      } | undefined;
      /** Largest message of a response, as sent and decompressed; a larger one is an error, MessageTooLarge. A compressed message that nothing reads has the length that gzip states at its end. Where expectations or extractions need the messages, it also limits all messages of a response together, decompressed. Default: 4 MiB. */
      maxMessageBytes?: number | undefined;
    } | undefined;
    /** TLS of an https target. Default: the certificate must be issued by a well-known authority. */
    tls?: {
      /** Certificates (PEM) of the authorities to trust, instead of the well-known ones. */
      caFrom?: {
        /** A key of a Secret in the same namespace. */
        secretKeyRef?: {
          /** Name of the object, in the namespace of the LoadTest. */
          name: string;
          /** Key in its data. */
          key: string;
        } | undefined;
        /** A key of a ConfigMap in the same namespace. */
        configMapKeyRef?: {
          /** Name of the object, in the namespace of the LoadTest. */
          name: string;
          /** Key in its data. */
          key: string;
        } | undefined;
      } | undefined;
      /** Client certificate of the runner: a Secret of type kubernetes.io/tls with the keys `tls.crt` and `tls.key`. */
      clientCertificateSecretRef?: {
        /** Name of the Secret, in the namespace of the LoadTest. */
        name: string;
      } | undefined;
      /** Server name for SNI and for the verification of the certificate. Default: the URL's host. */
      serverName?: string | undefined;
      /** Lowest version of TLS. TLS1.0 and TLS1.1 are for old targets: they also allow the weak keys, signatures and ciphers that such targets have. */
      minVersion?: 'TLS1.0' | 'TLS1.1' | 'TLS1.2' | 'TLS1.3' | undefined;
      /** Accepts any certificate. */
      insecureSkipVerify?: boolean | undefined;
    } | undefined;
    /** Authentication of every request. Default: none. */
    auth?: {
      /** HTTP authentication scheme. */
      type: 'Basic' | 'Bearer';
      /** A user name and a password. */
      basic?: {
        /** A Secret of type kubernetes.io/basic-auth: keys `username` and `password`. */
        secretRef: {
          /** Name of the Secret, in the namespace of the LoadTest. */
          name: string;
        };
      } | undefined;
      /** A token. */
      bearer?: {
        /** Secret key that contains the token. */
        secretKeyRef: {
          /** Name of the object, in the namespace of the LoadTest. */
          name: string;
          /** Key in its data. */
          key: string;
        };
      } | undefined;
    } | undefined;
    /** Sends a traceparent (W3C Trace Context) with every request that has none of its own: one trace for each iteration. The result has the sampled traces of the slowest requests, of unexpected responses and of errors. Default: none. */
    tracing?: {
      /** Share of the iterations whose traces are sampled: their traceparent has the flag by which the target records them. */
      sampled?: string | undefined;
      /** Address of a trace in your tracing backend, which results show for each trace; {traceId} becomes its identifier. */
      link?: string | undefined;
    } | undefined;
  };
  /** Requests to send. Default: one GET of the target. */
  requests?: Array<{
    /** Name in results and metrics; unique in the test. */
    name: string;
    /** Pause between the previous response of the iteration and this request. The request comes due at its end, so that no measured time includes it. Default: none. */
    thinkTime?: string | undefined;
    /** Share of this request, relative to the weights of the others. Weights 90, 9 and 1: each block of 100 arrivals, in a closed load of each runner, has 90, 9 and 1 of them, in a random order that derives from the seed. */
    weight?: number | undefined;
    /** HTTP method in upper case: any except CONNECT and TRACE. ${data.column} takes it from the row; a row with HEAD sends no body. */
    method?: string | undefined;
    /** Path and query, appended to the target's base path. Default: the target's URL unchanged. May contain variables; their values are percent-encoded. For ${data.column|raw} and ${session.name|raw}, only characters that are illegal in a path are encoded, so that the value can be a whole path with its query; a whole URL at the beginning loses its scheme and host, and those of a column must name the host of the target or of the header Host; * and - alone are sent as they stand. */
    path?: string | undefined;
    /** Headers, as in Kubernetes' httpHeaders. A trailing line break of a value from a Secret or ConfigMap is removed; a value that is illegal in a header ends the test before its load. */
    headers?: Array<{
      /** Name of the header. */
      name: string;
      /** Value; may contain variables. */
      value?: string | undefined;
      /** Source of the value, instead of `value`. */
      valueFrom?: {
        /** A key of a Secret in the same namespace. */
        secretKeyRef?: {
          /** Name of the object, in the namespace of the LoadTest. */
          name: string;
          /** Key in its data. */
          key: string;
        } | undefined;
        /** A key of a ConfigMap in the same namespace. */
        configMapKeyRef?: {
          /** Name of the object, in the namespace of the LoadTest. */
          name: string;
          /** Key in its data. */
          key: string;
        } | undefined;
      } | undefined;
    }> | undefined;
    /** Body of the request; allowed with GET, too. Default: none. */
    body?: {
      /** Which of the sibling fields holds the body. */
      type: 'JSON' | 'Form' | 'Text' | 'From' | 'Multipart';
      /** Any JSON value, sent as application/json; its strings may contain variables. A string that consists only of ${variable|json} is sent as the JSON value of the variable, such as a number, or as a string if the value is not JSON. Numbers are sent as the API server keeps them: every digit of an integer of 64 bits; any other number as the double nearest to it in its shortest notation, 1.1 for 1.10. A string with ${data.column|json} keeps all digits. */
      json?: Json | undefined;
      /** Form fields, sent as application/x-www-form-urlencoded. */
      form?: Array<{
        /** Name of the form field. */
        name: string;
        /** Value before encoding; may contain variables. */
        value?: string | undefined;
        /** Source of the value, instead of `value`. */
        valueFrom?: {
          /** A key of a Secret in the same namespace. */
          secretKeyRef?: {
            /** Name of the object, in the namespace of the LoadTest. */
            name: string;
            /** Key in its data. */
            key: string;
          } | undefined;
          /** A key of a ConfigMap in the same namespace. */
          configMapKeyRef?: {
            /** Name of the object, in the namespace of the LoadTest. */
            name: string;
            /** Key in its data. */
            key: string;
          } | undefined;
        } | undefined;
      }> | undefined;
      /** Text, sent as text/plain; charset=utf-8; may contain variables. */
      text?: string | undefined;
      /** A key of a Secret or ConfigMap whose bytes are the body. */
      from?: {
        /** A key of a Secret in the same namespace. */
        secretKeyRef?: {
          /** Name of the object, in the namespace of the LoadTest. */
          name: string;
          /** Key in its data. */
          key: string;
        } | undefined;
        /** A key of a ConfigMap in the same namespace. */
        configMapKeyRef?: {
          /** Name of the object, in the namespace of the LoadTest. */
          name: string;
          /** Key in its data. */
          key: string;
        } | undefined;
      } | undefined;
      /** Parts such as files, sent as multipart/form-data. */
      multipart?: Array<{
        /** Name of the part. */
        name: string;
        /** Value; may contain variables. */
        value?: string | undefined;
        /** A key whose bytes are the content of the part, instead of `value`. */
        valueFrom?: {
          /** A key of a Secret in the same namespace. */
          secretKeyRef?: {
            /** Name of the object, in the namespace of the LoadTest. */
            name: string;
            /** Key in its data. */
            key: string;
          } | undefined;
          /** A key of a ConfigMap in the same namespace. */
          configMapKeyRef?: {
            /** Name of the object, in the namespace of the LoadTest. */
            name: string;
            /** Key in its data. */
            key: string;
          } | undefined;
        } | undefined;
        /** File name of the part. */
        filename?: string | undefined;
        /** Media type of the part. Default: none, which means text. */
        contentType?: string | undefined;
      }> | undefined;
      /** Content-Encoding of the body. Default: none. */
      encoding?: 'Gzip' | undefined;
    } | undefined;
    /** A gRPC call, instead of method, path, headers and body. It needs target.http.version HTTP2 and target.grpc. */
    grpc?: {
      /** Full name of the service, such as shop.v1.Orders. */
      service: string;
      /** Name of the method, such as Place. */
      method: string;
      /** The message to send, as JSON (ProtoJSON): names of fields in camel case or as in the .proto file, integers of 64 bits as numbers or strings, bytes in base64, enums by name, times such as "2026-01-31T12:00:00Z". A type of google.protobuf whose JSON is no object, such as StringValue, Timestamp or Value, is {value: ...} where it is the whole message. Its strings may contain variables, as in a JSON body. Default: a message without fields. */
      message?: { [name: string]: Json } | undefined;
      /** The messages that a client or bidirectional stream sends, instead of message. All are sent at once, then the client closes its side of the stream. */
      messages?: Array<{ [name: string]: Json }> | undefined;
      /** Metadata of the call, as in Kubernetes' httpHeaders. target.auth sets authorization. */
      metadata?: Array<{
        /** Name. A value whose name ends in -bin is base64. */
        name: string;
        /** Value; may contain variables. */
        value?: string | undefined;
        /** Source of the value, instead of `value`. */
        valueFrom?: {
          /** A key of a Secret in the same namespace. */
          secretKeyRef?: {
            /** Name of the object, in the namespace of the LoadTest. */
            name: string;
            /** Key in its data. */
            key: string;
          } | undefined;
          /** A key of a ConfigMap in the same namespace. */
          configMapKeyRef?: {
            /** Name of the object, in the namespace of the LoadTest. */
            name: string;
            /** Key in its data. */
            key: string;
          } | undefined;
        } | undefined;
      }> | undefined;
      /** Compression of the messages sent (grpc-encoding). Responses may always be gzip. Default: none. */
      encoding?: 'Gzip' | undefined;
    } | undefined;
    /** Expectations of the response; one that does not meet them counts as unexpected. */
    expect?: {
      /** Expected statuses such as "200" and classes such as "2xx"; ${data.column} takes one from the row. Default: every status below 400. */
      status?: string[] | undefined;
      /** Expected statuses of a gRPC call by name or number, such as "NOT_FOUND" or "5". Default: OK. */
      grpcStatus?: string[] | undefined;
      /** Headers that the response must have; of a gRPC call, metadata before or after its messages. */
      headers?: Array<{
        /** Name of the header. */
        name: string;
        /** Exact value that the header must have. */
        value?: string | undefined;
        /** Regular expression that must match somewhere in the value. */
        matches?: string | undefined;
      }> | undefined;
      /** Text that the body must contain. Bodies are decoded first (gzip, deflate, br, zstd). The body of a gRPC call is its message as JSON, of a stream the list of its messages, without fields that have their default value, such as 0. */
      bodyContains?: string | undefined;
      /** Regular expression that must match somewhere in the body. */
      bodyMatches?: string | undefined;
      /** Values that the JSON body must contain. */
      json?: Array<{
        /** JSON Pointer (RFC 6901) into the body, such as /items/0/id. */
        pointer: string;
        /** Expected value: a string as it is, anything else as JSON, such as "3" or "true". */
        value: string;
      }> | undefined;
      /** For server-sent events, and the messages of a gRPC stream: the response is complete after so many, and its connection or stream is closed. One that ends with fewer is unexpected. A call that is complete before its server ends it has no status to expect, and counts as OK. */
      events?: number | undefined;
      /** For server-sent events, and the messages of a gRPC stream: the response is complete so long after its head, and a call so long after it was sent, which must be before target.timeout. With events, it must have had so many by then; without, it must not end by itself. */
      eventsFor?: string | undefined;
      /** Largest body that is read to its end; a larger one is an error, BodyTooLarge. Default: unlimited, but 1 MiB when the body must be buffered to match, decode or extract from it. */
      maxBodyBytes?: number | undefined;
    } | undefined;
    /** Values of the response for later requests of the iteration. A response that lacks one is unexpected and ends the iteration. */
    extract?: Array<{
      /** Name of the value; later requests use it as ${session.NAME}. */
      name: string;
      /** Takes the value at a JSON Pointer of the body. */
      jsonPointer?: string | undefined;
      /** Takes the value of a header. */
      header?: string | undefined;
      /** Takes the first group of a regular expression that matches in the body. */
      regex?: string | undefined;
    }> | undefined;
  }> | undefined;
  /** Weighted: every iteration is one request, chosen by weight. Sequential: every iteration sends all requests in order, with its own cookies and extracted values; an error or an unexpected response ends it. */
  requestOrder?: 'Weighted' | 'Sequential' | undefined;
  /** Rows of values for ${data.column} in the requests. Default: none. */
  data?: {
    /** Key of a ConfigMap or Secret that contains the rows. */
    from: {
      /** A key of a Secret in the same namespace. */
      secretKeyRef?: {
        /** Name of the object, in the namespace of the LoadTest. */
        name: string;
        /** Key in its data. */
        key: string;
      } | undefined;
      /** A key of a ConfigMap in the same namespace. */
      configMapKeyRef?: {
        /** Name of the object, in the namespace of the LoadTest. */
        name: string;
        /** Key in its data. */
        key: string;
      } | undefined;
    };
    /** CSV: RFC 4180, with the column names in the first line; a quote within a field without quotes stands for itself. JSON: a list of flat objects. Both in UTF-8. */
    format: 'CSV' | 'JSON';
    /** Sequential: rows come in turn. In an open load, arrival n uses row n modulo the number of rows, whichever runner sends it. In a closed load each of n runners has every n-th row as its own, and its users take these in turn: no row comes again before all rows of its runner have come, and two runners never use the same row unless there are fewer rows than runners. With iterations up to the number of rows, no row comes twice. Random: each arrival draws a row. All requests of an iteration use the same row. A preflight request uses the first one, which the load uses again. */
    order?: 'Sequential' | 'Random' | undefined;
  } | undefined;
  /** JavaScript module that builds requests and checks responses. Default: the spec does both. */
  script?: {
    /** Key of a ConfigMap that contains a JavaScript module with any of the exports setup, request, check and teardown; see docs/script.md. */
    configMapKeyRef: {
      /** Name of the object, in the namespace of the LoadTest. */
      name: string;
      /** Key in its data. */
      key: string;
    };
    /** Values for the module, such as a signing key. Default: none. */
    env?: Array<{
      /** Name of the value; the module reads it as context.env.NAME. */
      name: string;
      /** Value. */
      value?: string | undefined;
      /** Source of the value, instead of `value`. */
      valueFrom?: {
        /** A key of a Secret in the same namespace. */
        secretKeyRef?: {
          /** Name of the object, in the namespace of the LoadTest. */
          name: string;
          /** Key in its data. */
          key: string;
        } | undefined;
        /** A key of a ConfigMap in the same namespace. */
        configMapKeyRef?: {
          /** Name of the object, in the namespace of the LoadTest. */
          name: string;
          /** Key in its data. */
          key: string;
        } | undefined;
      } | undefined;
    }> | undefined;
  } | undefined;
  /** Seed of ${random(1,100)}, ${uuid}, random rows and the order of weighted requests; the same seed sends the same requests. Default: a new seed for every run. */
  seed?: number | undefined;
  /** The load: an open or a closed workload model, or a search for the capacity. */
  load: {
    /** Open: arrivals do not wait for responses. Closed: users do. Capacity: searches for the highest rate of an open load at which every threshold holds. */
    type: 'Open' | 'Closed' | 'Capacity';
    /** Open workload model: an arrival rate. */
    open?: {
      /** Rate before the first stage. Default: the first stage's rate. */
      startRate?: number | undefined;
      /** Rate over time: one linear ramp per stage, each starting where the previous one ended. */
      stages: Array<{
        /** Length of the stage; 0s jumps to its rate. */
        duration: string;
        /** Rate at the end of the stage, reached linearly from the previous rate. */
        rate: number;
      }>;
      /** Time unit of the rates. */
      per?: string | undefined;
      /** Uniform: evenly spaced arrivals. Poisson: a Poisson process of the given rate. */
      arrivals?: 'Uniform' | 'Poisson' | undefined;
      /** Seed of the Poisson process. */
      seed?: number | undefined;
      /** Maximum number of in-flight requests over the whole test. An arrival beyond it is dropped and counted as such. */
      maxInFlight?: number | undefined;
    } | undefined;
    /** Closed workload model: a number of users. */
    closed?: {
      /** Concurrent users over the whole test; each waits for its response before it sends again. */
      users: number;
      /** Pause of a user between a response and its next request. */
      thinkTime?: string | undefined;
      /** Time over which the users start, evenly spaced. */
      rampUp?: string | undefined;
      /** Length of the load. */
      duration?: string | undefined;
      /** Number of iterations after which the load ends, over the whole test. */
      iterations?: number | undefined;
    } | undefined;
    /** Search for the highest rate at which every threshold holds. */
    capacity?: {
      /** Lowest rate to try, arrivals per second: the search climbs from here. Default: a hundredth of maxRate. */
      minRate?: number | undefined;
      /** Highest rate to try, arrivals per second. */
      maxRate: number;
      /** How close the search comes: the distance between a rate that holds and one that does not. */
      precision?: string | undefined;
      /** Length of a trial. Default: until ten requests are expected beyond the strictest threshold at its rate, from 5s to 1m. */
      trialDuration?: string | undefined;
      /** Length of the last trial, which must hold at the rate that was found; 0s: none. */
      confirm?: string | undefined;
      /** How long a rate that fails on the way up is kept before it is tried again, so that an autoscaler may respond; 0s: it is not. */
      hold?: string | undefined;
      /** Longest duration of the whole search. */
      deadline?: string | undefined;
      /** Capacity that the test requires, arrivals per second: it fails when the capacity is certainly below. Default: none. */
      atLeast?: number | undefined;
      /** Uniform: evenly spaced arrivals. Poisson: a Poisson process of the rate of each trial. */
      arrivals?: 'Uniform' | 'Poisson' | undefined;
      /** Seed of the Poisson process. */
      seed?: number | undefined;
      /** Maximum number of in-flight requests over the whole test. An arrival beyond it is dropped and counted as such. */
      maxInFlight?: number | undefined;
    } | undefined;
    /** How long in-flight requests may continue after the end of the load; then they are cancelled and counted as aborted. Default: until the timeout of each request. */
    gracefulStop?: string | undefined;
  };
  /** The pods that generate the load. */
  runners?: {
    /** Number of runner pods; each generates an equal share of the load. */
    replicas?: number | undefined;
    /** What happens when a runner is lost during the load: Fail ends the test, Continue continues it. Both report the missing load. */
    onLoss?: 'Fail' | 'Continue' | undefined;
    /** Time within which all runners must be ready; otherwise the test ends without load. */
    readyTimeout?: string | undefined;
    /** Writes one CSV line per request to the log of the runner, for analysis by other tools. Costs CPU. */
    logSamples?: boolean | undefined;
    /** Settings of the runner pods. */
    template?: {
      /** Labels added to every runner pod. */
      labels?: { [name: string]: string } | undefined;
      /** Annotations added to every runner pod. */
      annotations?: { [name: string]: string } | undefined;
      /** Requests and limits of the runner. Default: requests of 100m CPU and 96Mi memory, no limits. */
      resources?: {
        /** Resources that the scheduler reserves, such as cpu: 500m. */
        requests?: { [name: string]: string } | undefined;
        /** Maximum resources of the container. A limit without a request is the request, too. */
        limits?: { [name: string]: string } | undefined;
      } | undefined;
      /** Environment of the runner, beside that of the operator. */
      env?: Array<{
        /** Name of the variable. */
        name: string;
        /** Its value. Default: empty. */
        value?: string | undefined;
        /** Source of the value, instead of `value`. */
        valueFrom?: {
          /** A key of a Secret. */
          secretKeyRef?: {
            /** Name of the object, in the namespace of the LoadTest. */
            name: string;
            /** Key in its data. */
            key: string;
            /** Whether the object or the key may be missing. Default: false. */
            optional?: boolean | undefined;
          } | undefined;
          /** A key of a ConfigMap. */
          configMapKeyRef?: {
            /** Name of the object, in the namespace of the LoadTest. */
            name: string;
            /** Key in its data. */
            key: string;
            /** Whether the object or the key may be missing. Default: false. */
            optional?: boolean | undefined;
          } | undefined;
          /** A field of the pod. */
          fieldRef?: {
            /** Field of the pod, such as spec.nodeName. */
            fieldPath: string;
            /** Version of that path. */
            apiVersion?: 'v1' | undefined;
          } | undefined;
          /** A resource of a container. */
          resourceFieldRef?: {
            /** Resource of a container, such as limits.cpu. */
            resource: string;
            /** That container. Default: this one. */
            containerName?: string | undefined;
            /** Unit of the value, such as 1m. Default: 1. */
            divisor?: string | undefined;
          } | undefined;
        } | undefined;
      }> | undefined;
      /** Environment of the runner from Secrets and ConfigMaps. */
      envFrom?: Array<{
        /** Text before the name of each variable. */
        prefix?: string | undefined;
        /** A Secret. */
        secretRef?: {
          /** Name of the Secret. */
          name: string;
          /** Whether the object or the key may be missing. Default: false. */
          optional?: boolean | undefined;
        } | undefined;
        /** A ConfigMap. */
        configMapRef?: {
          /** Name of the ConfigMap. */
          name: string;
          /** Whether the object or the key may be missing. Default: false. */
          optional?: boolean | undefined;
        } | undefined;
      }> | undefined;
      /** Volumes of the pod. */
      volumes?: Array<{
        /** Name of the volume. */
        name: string;
        /** The keys of a ConfigMap. */
        configMap?: {
          /** Name of the ConfigMap. */
          name: string;
          /** Keys that become files. Default: all, each in a file of its name. */
          items?: Array<{
            /** The key. */
            key: string;
            /** Path of the file. */
            path: string;
            /** Mode bits of the files, in decimal. Default: those of the volume. */
            mode?: number | undefined;
          }> | undefined;
          /** Whether the object or the key may be missing. Default: false. */
          optional?: boolean | undefined;
          /** Mode bits of the files, in decimal. Default: 420, which is 0644. */
          defaultMode?: number | undefined;
        } | undefined;
        /** The keys of a Secret. */
        secret?: {
          /** Name of the Secret. */
          secretName: string;
          /** Keys that become files. Default: all, each in a file of its name. */
          items?: Array<{
            /** The key. */
            key: string;
            /** Path of the file. */
            path: string;
            /** Mode bits of the files, in decimal. Default: those of the volume. */
            mode?: number | undefined;
          }> | undefined;
          /** Mode bits of the files, in decimal. Default: 420, which is 0644. */
          defaultMode?: number | undefined;
          /** Whether the object or the key may be missing. Default: false. */
          optional?: boolean | undefined;
        } | undefined;
        /** An empty folder that lasts as long as the pod. */
        emptyDir?: {
          /** Memory: a file system in memory. Default: on the node. */
          medium?: '' | 'Memory' | undefined;
          /** Largest size, such as 64Mi. */
          sizeLimit?: string | undefined;
        } | undefined;
        /** A PersistentVolumeClaim. */
        persistentVolumeClaim?: {
          /** Name of the claim. */
          claimName: string;
          /** Whether the volume is mounted read-only. Default: false. */
          readOnly?: boolean | undefined;
        } | undefined;
        /** Fields of the pod as files. */
        downwardAPI?: {
          /** The files. */
          items?: Array<{
            /** Path of the file. */
            path: string;
            /** A field of the pod. */
            fieldRef?: {
              /** Field of the pod, such as spec.nodeName. */
              fieldPath: string;
              /** Version of that path. */
              apiVersion?: 'v1' | undefined;
            } | undefined;
            /** A resource of a container. */
            resourceFieldRef?: {
              /** Resource of a container, such as limits.cpu. */
              resource: string;
              /** That container. Default: this one. */
              containerName?: string | undefined;
              /** Unit of the value, such as 1m. Default: 1. */
              divisor?: string | undefined;
            } | undefined;
            /** Mode bits of the files, in decimal. Default: those of the volume. */
            mode?: number | undefined;
          }> | undefined;
          /** Mode bits of the files, in decimal. Default: 420, which is 0644. */
          defaultMode?: number | undefined;
        } | undefined;
        /** Several sources in one folder. */
        projected?: {
          /** What the folder contains. Tokens of service accounts are none of it. */
          sources?: Array<{
            /** The keys of a ConfigMap. */
            configMap?: {
              /** Name of the ConfigMap. */
              name: string;
              /** Keys that become files. Default: all, each in a file of its name. */
              items?: Array<{
                /** The key. */
                key: string;
                /** Path of the file. */
                path: string;
                /** Mode bits of the files, in decimal. Default: those of the volume. */
                mode?: number | undefined;
              }> | undefined;
              /** Whether the object or the key may be missing. Default: false. */
              optional?: boolean | undefined;
            } | undefined;
            /** The keys of a Secret. */
            secret?: {
              /** Name of the Secret. */
              name: string;
              /** Keys that become files. Default: all, each in a file of its name. */
              items?: Array<{
                /** The key. */
                key: string;
                /** Path of the file. */
                path: string;
                /** Mode bits of the files, in decimal. Default: those of the volume. */
                mode?: number | undefined;
              }> | undefined;
              /** Whether the object or the key may be missing. Default: false. */
              optional?: boolean | undefined;
            } | undefined;
            /** Fields of the pod as files. */
            downwardAPI?: {
              /** The files. */
              items?: Array<{
                /** Path of the file. */
                path: string;
                /** A field of the pod. */
                fieldRef?: {
                  /** Field of the pod, such as spec.nodeName. */
                  fieldPath: string;
                  /** Version of that path. */
                  apiVersion?: 'v1' | undefined;
                } | undefined;
                /** A resource of a container. */
                resourceFieldRef?: {
                  /** Resource of a container, such as limits.cpu. */
                  resource: string;
                  /** That container. Default: this one. */
                  containerName?: string | undefined;
                  /** Unit of the value, such as 1m. Default: 1. */
                  divisor?: string | undefined;
                } | undefined;
                /** Mode bits of the files, in decimal. Default: those of the volume. */
                mode?: number | undefined;
              }> | undefined;
            } | undefined;
          }> | undefined;
          /** Mode bits of the files, in decimal. Default: 420, which is 0644. */
          defaultMode?: number | undefined;
        } | undefined;
        /** A path of the node, where the operator's limits.allowPodFields has hostPath. */
        hostPath?: {
          /** Path on the node. */
          path: string;
          /** What must be there. Default: anything. */
          type?: '' | 'DirectoryOrCreate' | 'Directory' | 'FileOrCreate' | 'File' | 'Socket' | 'CharDevice' | 'BlockDevice' | undefined;
        } | undefined;
        /** A volume of a CSI driver, where the operator's limits.allowPodFields has csi. */
        csi?: {
          /** The driver. */
          driver: string;
          /** Whether the volume is mounted read-only. Default: false. */
          readOnly?: boolean | undefined;
          /** The file system. Default: the choice of the driver. */
          fsType?: string | undefined;
          /** Settings for the driver. */
          volumeAttributes?: { [name: string]: string } | undefined;
          /** A Secret for the driver. */
          nodePublishSecretRef?: {
            /** Name of the Secret. */
            name: string;
          } | undefined;
        } | undefined;
      }> | undefined;
      /** Volumes that the runner mounts. */
      volumeMounts?: Array<{
        /** Name of the volume. */
        name: string;
        /** Path in the container. */
        mountPath: string;
        /** Path in the volume. Default: its root. */
        subPath?: string | undefined;
        /** Whether the volume is mounted read-only. Default: false. */
        readOnly?: boolean | undefined;
      }> | undefined;
      /** Containers that run to their end before the runner starts. */
      initContainers?: Array<{
        /** Name of the container. */
        name: string;
        /** Its image. */
        image: string;
        /** When the image is pulled. */
        imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never' | undefined;
        /** Program and first arguments. Default: those of the image. */
        command?: string[] | undefined;
        /** Arguments. Default: those of the image. */
        args?: string[] | undefined;
        /** Working directory. Default: that of the image. */
        workingDir?: string | undefined;
        /** Environment. */
        env?: Array<{
          /** Name of the variable. */
          name: string;
          /** Its value. Default: empty. */
          value?: string | undefined;
          /** Source of the value, instead of `value`. */
          valueFrom?: {
            /** A key of a Secret. */
            secretKeyRef?: {
              /** Name of the object, in the namespace of the LoadTest. */
              name: string;
              /** Key in its data. */
              key: string;
              /** Whether the object or the key may be missing. Default: false. */
              optional?: boolean | undefined;
            } | undefined;
            /** A key of a ConfigMap. */
            configMapKeyRef?: {
              /** Name of the object, in the namespace of the LoadTest. */
              name: string;
              /** Key in its data. */
              key: string;
              /** Whether the object or the key may be missing. Default: false. */
              optional?: boolean | undefined;
            } | undefined;
            /** A field of the pod. */
            fieldRef?: {
              /** Field of the pod, such as spec.nodeName. */
              fieldPath: string;
              /** Version of that path. */
              apiVersion?: 'v1' | undefined;
            } | undefined;
            /** A resource of a container. */
            resourceFieldRef?: {
              /** Resource of a container, such as limits.cpu. */
              resource: string;
              /** That container. Default: this one. */
              containerName?: string | undefined;
              /** Unit of the value, such as 1m. Default: 1. */
              divisor?: string | undefined;
            } | undefined;
          } | undefined;
        }> | undefined;
        /** Environment from Secrets and ConfigMaps. */
        envFrom?: Array<{
          /** Text before the name of each variable. */
          prefix?: string | undefined;
          /** A Secret. */
          secretRef?: {
            /** Name of the Secret. */
            name: string;
            /** Whether the object or the key may be missing. Default: false. */
            optional?: boolean | undefined;
          } | undefined;
          /** A ConfigMap. */
          configMapRef?: {
            /** Name of the ConfigMap. */
            name: string;
            /** Whether the object or the key may be missing. Default: false. */
            optional?: boolean | undefined;
          } | undefined;
        }> | undefined;
        /** Ports on which the container listens. */
        ports?: Array<{
          /** Name of the port. */
          name?: string | undefined;
          /** The port. */
          containerPort: number;
          /** Default: TCP. */
          protocol?: 'TCP' | 'UDP' | 'SCTP' | undefined;
        }> | undefined;
        /** Requests and limits. */
        resources?: {
          /** Resources that the scheduler reserves, such as cpu: 500m. */
          requests?: { [name: string]: string } | undefined;
          /** Maximum resources of the container. A limit without a request is the request, too. */
          limits?: { [name: string]: string } | undefined;
        } | undefined;
        /** Mounted volumes. */
        volumeMounts?: Array<{
          /** Name of the volume. */
          name: string;
          /** Path in the container. */
          mountPath: string;
          /** Path in the volume. Default: its root. */
          subPath?: string | undefined;
          /** Whether the volume is mounted read-only. Default: false. */
          readOnly?: boolean | undefined;
        }> | undefined;
        /** Rights of the container. */
        securityContext?: {
          /** UID of the processes. Default: the one that the platform gives, or that of the image. */
          runAsUser?: number | undefined;
          /** GID of the processes. Default: likewise. */
          runAsGroup?: number | undefined;
          /** Whether root is refused. Default: true. */
          runAsNonRoot?: boolean | undefined;
          /** Default: RuntimeDefault. */
          seccompProfile?: {
            /** Which profile. */
            type: 'RuntimeDefault' | 'Localhost' | 'Unconfined';
            /** Name of the profile on the node, for Localhost. */
            localhostProfile?: string | undefined;
          } | undefined;
          /** Default: the container runtime's. */
          appArmorProfile?: {
            /** Which profile. */
            type: 'RuntimeDefault' | 'Localhost' | 'Unconfined';
            /** Name of the profile on the node, for Localhost. */
            localhostProfile?: string | undefined;
          } | undefined;
          /** SELinux context. Default: one that the container runtime gives. */
          seLinuxOptions?: {
            /** SELinux level label. */
            level?: string | undefined;
            /** SELinux role label. */
            role?: string | undefined;
            /** SELinux type label. */
            type?: string | undefined;
            /** SELinux user label. */
            user?: string | undefined;
          } | undefined;
          /** Whether the container has all rights on its node. Default: false. */
          privileged?: boolean | undefined;
          /** Whether a process may gain privileges. Default: false. */
          allowPrivilegeEscalation?: boolean | undefined;
          /** Whether the container's own files are read-only. Default: true for the runner. */
          readOnlyRootFilesystem?: boolean | undefined;
          /** Linux capabilities. */
          capabilities?: {
            /** Capabilities to add. */
            add?: string[] | undefined;
            /** Capabilities to drop. Default: ALL. */
            drop?: string[] | undefined;
          } | undefined;
        } | undefined;
      }> | undefined;
      /** Containers that run beside the runner, and end with it. */
      sidecars?: Array<{
        /** Name of the container. */
        name: string;
        /** Its image. */
        image: string;
        /** When the image is pulled. */
        imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never' | undefined;
        /** Program and first arguments. Default: those of the image. */
        command?: string[] | undefined;
        /** Arguments. Default: those of the image. */
        args?: string[] | undefined;
        /** Working directory. Default: that of the image. */
        workingDir?: string | undefined;
        /** Environment. */
        env?: Array<{
          /** Name of the variable. */
          name: string;
          /** Its value. Default: empty. */
          value?: string | undefined;
          /** Source of the value, instead of `value`. */
          valueFrom?: {
            /** A key of a Secret. */
            secretKeyRef?: {
              /** Name of the object, in the namespace of the LoadTest. */
              name: string;
              /** Key in its data. */
              key: string;
              /** Whether the object or the key may be missing. Default: false. */
              optional?: boolean | undefined;
            } | undefined;
            /** A key of a ConfigMap. */
            configMapKeyRef?: {
              /** Name of the object, in the namespace of the LoadTest. */
              name: string;
              /** Key in its data. */
              key: string;
              /** Whether the object or the key may be missing. Default: false. */
              optional?: boolean | undefined;
            } | undefined;
            /** A field of the pod. */
            fieldRef?: {
              /** Field of the pod, such as spec.nodeName. */
              fieldPath: string;
              /** Version of that path. */
              apiVersion?: 'v1' | undefined;
            } | undefined;
            /** A resource of a container. */
            resourceFieldRef?: {
              /** Resource of a container, such as limits.cpu. */
              resource: string;
              /** That container. Default: this one. */
              containerName?: string | undefined;
              /** Unit of the value, such as 1m. Default: 1. */
              divisor?: string | undefined;
            } | undefined;
          } | undefined;
        }> | undefined;
        /** Environment from Secrets and ConfigMaps. */
        envFrom?: Array<{
          /** Text before the name of each variable. */
          prefix?: string | undefined;
          /** A Secret. */
          secretRef?: {
            /** Name of the Secret. */
            name: string;
            /** Whether the object or the key may be missing. Default: false. */
            optional?: boolean | undefined;
          } | undefined;
          /** A ConfigMap. */
          configMapRef?: {
            /** Name of the ConfigMap. */
            name: string;
            /** Whether the object or the key may be missing. Default: false. */
            optional?: boolean | undefined;
          } | undefined;
        }> | undefined;
        /** Ports on which the container listens. */
        ports?: Array<{
          /** Name of the port. */
          name?: string | undefined;
          /** The port. */
          containerPort: number;
          /** Default: TCP. */
          protocol?: 'TCP' | 'UDP' | 'SCTP' | undefined;
        }> | undefined;
        /** Requests and limits. */
        resources?: {
          /** Resources that the scheduler reserves, such as cpu: 500m. */
          requests?: { [name: string]: string } | undefined;
          /** Maximum resources of the container. A limit without a request is the request, too. */
          limits?: { [name: string]: string } | undefined;
        } | undefined;
        /** Mounted volumes. */
        volumeMounts?: Array<{
          /** Name of the volume. */
          name: string;
          /** Path in the container. */
          mountPath: string;
          /** Path in the volume. Default: its root. */
          subPath?: string | undefined;
          /** Whether the volume is mounted read-only. Default: false. */
          readOnly?: boolean | undefined;
        }> | undefined;
        /** Rights of the container. */
        securityContext?: {
          /** UID of the processes. Default: the one that the platform gives, or that of the image. */
          runAsUser?: number | undefined;
          /** GID of the processes. Default: likewise. */
          runAsGroup?: number | undefined;
          /** Whether root is refused. Default: true. */
          runAsNonRoot?: boolean | undefined;
          /** Default: RuntimeDefault. */
          seccompProfile?: {
            /** Which profile. */
            type: 'RuntimeDefault' | 'Localhost' | 'Unconfined';
            /** Name of the profile on the node, for Localhost. */
            localhostProfile?: string | undefined;
          } | undefined;
          /** Default: the container runtime's. */
          appArmorProfile?: {
            /** Which profile. */
            type: 'RuntimeDefault' | 'Localhost' | 'Unconfined';
            /** Name of the profile on the node, for Localhost. */
            localhostProfile?: string | undefined;
          } | undefined;
          /** SELinux context. Default: one that the container runtime gives. */
          seLinuxOptions?: {
            /** SELinux level label. */
            level?: string | undefined;
            /** SELinux role label. */
            role?: string | undefined;
            /** SELinux type label. */
            type?: string | undefined;
            /** SELinux user label. */
            user?: string | undefined;
          } | undefined;
          /** Whether the container has all rights on its node. Default: false. */
          privileged?: boolean | undefined;
          /** Whether a process may gain privileges. Default: false. */
          allowPrivilegeEscalation?: boolean | undefined;
          /** Whether the container's own files are read-only. Default: true for the runner. */
          readOnlyRootFilesystem?: boolean | undefined;
          /** Linux capabilities. */
          capabilities?: {
            /** Capabilities to add. */
            add?: string[] | undefined;
            /** Capabilities to drop. Default: ALL. */
            drop?: string[] | undefined;
          } | undefined;
        } | undefined;
        /** The runner starts when this check succeeds. */
        startupProbe?: {
          /** A GET request whose response has a status from 200 to 399. */
          httpGet?: {
            /** Path. Default: /. */
            path?: string | undefined;
            /** Port. */
            port: number;
            /** Default: HTTP. */
            scheme?: 'HTTP' | 'HTTPS' | undefined;
          } | undefined;
          /** A connection. */
          tcpSocket?: {
            /** Port. */
            port: number;
          } | undefined;
          /** A call of gRPC's health service. */
          grpc?: {
            /** Port. */
            port: number;
            /** Name of the service. */
            service?: string | undefined;
          } | undefined;
          /** A program that exits with 0. */
          exec?: {
            /** Program and arguments. */
            command?: string[] | undefined;
          } | undefined;
          /** Wait before the first check. Default: 0. */
          initialDelaySeconds?: number | undefined;
          /** Time between two checks. Default: 10. */
          periodSeconds?: number | undefined;
          /** Time for one check. Default: 1. */
          timeoutSeconds?: number | undefined;
          /** Successes in a row that count. Default: 1. */
          successThreshold?: number | undefined;
          /** Failures in a row that count. Default: 3. */
          failureThreshold?: number | undefined;
        } | undefined;
        /** Whether the pod is ready. */
        readinessProbe?: {
          /** A GET request whose response has a status from 200 to 399. */
          httpGet?: {
            /** Path. Default: /. */
            path?: string | undefined;
            /** Port. */
            port: number;
            /** Default: HTTP. */
            scheme?: 'HTTP' | 'HTTPS' | undefined;
          } | undefined;
          /** A connection. */
          tcpSocket?: {
            /** Port. */
            port: number;
          } | undefined;
          /** A call of gRPC's health service. */
          grpc?: {
            /** Port. */
            port: number;
            /** Name of the service. */
            service?: string | undefined;
          } | undefined;
          /** A program that exits with 0. */
          exec?: {
            /** Program and arguments. */
            command?: string[] | undefined;
          } | undefined;
          /** Wait before the first check. Default: 0. */
          initialDelaySeconds?: number | undefined;
          /** Time between two checks. Default: 10. */
          periodSeconds?: number | undefined;
          /** Time for one check. Default: 1. */
          timeoutSeconds?: number | undefined;
          /** Successes in a row that count. Default: 1. */
          successThreshold?: number | undefined;
          /** Failures in a row that count. Default: 3. */
          failureThreshold?: number | undefined;
        } | undefined;
        /** The container restarts when this check fails. */
        livenessProbe?: {
          /** A GET request whose response has a status from 200 to 399. */
          httpGet?: {
            /** Path. Default: /. */
            path?: string | undefined;
            /** Port. */
            port: number;
            /** Default: HTTP. */
            scheme?: 'HTTP' | 'HTTPS' | undefined;
          } | undefined;
          /** A connection. */
          tcpSocket?: {
            /** Port. */
            port: number;
          } | undefined;
          /** A call of gRPC's health service. */
          grpc?: {
            /** Port. */
            port: number;
            /** Name of the service. */
            service?: string | undefined;
          } | undefined;
          /** A program that exits with 0. */
          exec?: {
            /** Program and arguments. */
            command?: string[] | undefined;
          } | undefined;
          /** Wait before the first check. Default: 0. */
          initialDelaySeconds?: number | undefined;
          /** Time between two checks. Default: 10. */
          periodSeconds?: number | undefined;
          /** Time for one check. Default: 1. */
          timeoutSeconds?: number | undefined;
          /** Successes in a row that count. Default: 1. */
          successThreshold?: number | undefined;
          /** Failures in a row that count. Default: 3. */
          failureThreshold?: number | undefined;
        } | undefined;
      }> | undefined;
      /** Rights of the pod, within the restricted Pod Security Standard unless the operator allows more. */
      securityContext?: {
        /** UID of the processes. Default: the one that the platform gives, or that of the image. */
        runAsUser?: number | undefined;
        /** GID of the processes. Default: likewise. */
        runAsGroup?: number | undefined;
        /** Whether root is refused. Default: true. */
        runAsNonRoot?: boolean | undefined;
        /** Default: RuntimeDefault. */
        seccompProfile?: {
          /** Which profile. */
          type: 'RuntimeDefault' | 'Localhost' | 'Unconfined';
          /** Name of the profile on the node, for Localhost. */
          localhostProfile?: string | undefined;
        } | undefined;
        /** Default: the container runtime's. */
        appArmorProfile?: {
          /** Which profile. */
          type: 'RuntimeDefault' | 'Localhost' | 'Unconfined';
          /** Name of the profile on the node, for Localhost. */
          localhostProfile?: string | undefined;
        } | undefined;
        /** SELinux context. Default: one that the container runtime gives. */
        seLinuxOptions?: {
          /** SELinux level label. */
          level?: string | undefined;
          /** SELinux role label. */
          role?: string | undefined;
          /** SELinux type label. */
          type?: string | undefined;
          /** SELinux user label. */
          user?: string | undefined;
        } | undefined;
        /** GID that owns the volumes. Default: the one that the platform gives, if any. */
        fsGroup?: number | undefined;
        /** When volumes change their owner. */
        fsGroupChangePolicy?: 'OnRootMismatch' | 'Always' | undefined;
        /** Further GIDs of the processes. */
        supplementalGroups?: number[] | undefined;
      } | undefined;
      /** Rights of the runner, within the restricted Pod Security Standard unless the operator allows more. */
      containerSecurityContext?: {
        /** UID of the processes. Default: the one that the platform gives, or that of the image. */
        runAsUser?: number | undefined;
        /** GID of the processes. Default: likewise. */
        runAsGroup?: number | undefined;
        /** Whether root is refused. Default: true. */
        runAsNonRoot?: boolean | undefined;
        /** Default: RuntimeDefault. */
        seccompProfile?: {
          /** Which profile. */
          type: 'RuntimeDefault' | 'Localhost' | 'Unconfined';
          /** Name of the profile on the node, for Localhost. */
          localhostProfile?: string | undefined;
        } | undefined;
        /** Default: the container runtime's. */
        appArmorProfile?: {
          /** Which profile. */
          type: 'RuntimeDefault' | 'Localhost' | 'Unconfined';
          /** Name of the profile on the node, for Localhost. */
          localhostProfile?: string | undefined;
        } | undefined;
        /** SELinux context. Default: one that the container runtime gives. */
        seLinuxOptions?: {
          /** SELinux level label. */
          level?: string | undefined;
          /** SELinux role label. */
          role?: string | undefined;
          /** SELinux type label. */
          type?: string | undefined;
          /** SELinux user label. */
          user?: string | undefined;
        } | undefined;
        /** Whether the container has all rights on its node. Default: false. */
        privileged?: boolean | undefined;
        /** Whether a process may gain privileges. Default: false. */
        allowPrivilegeEscalation?: boolean | undefined;
        /** Whether the container's own files are read-only. Default: true for the runner. */
        readOnlyRootFilesystem?: boolean | undefined;
        /** Linux capabilities. */
        capabilities?: {
          /** Capabilities to add. */
          add?: string[] | undefined;
          /** Capabilities to drop. Default: ALL. */
          drop?: string[] | undefined;
        } | undefined;
      } | undefined;
      /** Labels that a node must have to run a runner. */
      nodeSelector?: { [name: string]: string } | undefined;
      /** Nodes that a runner needs or prefers. */
      affinity?: {
        /** Which nodes a runner needs or prefers. */
        nodeAffinity?: {
          /** Requirements. */
          requiredDuringSchedulingIgnoredDuringExecution?: {
            /** One of them must match. */
            nodeSelectorTerms: Array<{
              /** Conditions on the node's labels. */
              matchExpressions?: Array<{
                /** The key of the node's label or field. */
                key: string;
                /** How it is compared. */
                operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
                /** Values, except for Exists and DoesNotExist. */
                values?: string[] | undefined;
              }> | undefined;
              /** Conditions on the node's fields, such as metadata.name. */
              matchFields?: Array<{
                /** The key of the node's label or field. */
                key: string;
                /** How it is compared. */
                operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
                /** Values, except for Exists and DoesNotExist. */
                values?: string[] | undefined;
              }> | undefined;
            }>;
          } | undefined;
          /** Preferences. */
          preferredDuringSchedulingIgnoredDuringExecution?: Array<{
            /** Weight among the preferences. */
            weight: number;
            /** The preference. */
            preference: {
              /** Conditions on the node's labels. */
              matchExpressions?: Array<{
                /** The key of the node's label or field. */
                key: string;
                /** How it is compared. */
                operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
                /** Values, except for Exists and DoesNotExist. */
                values?: string[] | undefined;
              }> | undefined;
              /** Conditions on the node's fields, such as metadata.name. */
              matchFields?: Array<{
                /** The key of the node's label or field. */
                key: string;
                /** How it is compared. */
                operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
                /** Values, except for Exists and DoesNotExist. */
                values?: string[] | undefined;
              }> | undefined;
            };
          }> | undefined;
        } | undefined;
        /** Near which pods a runner belongs. */
        podAffinity?: {
          /** Requirements. */
          requiredDuringSchedulingIgnoredDuringExecution?: Array<{
            /** Label of nodes whose equal values make up one place, such as kubernetes.io/hostname. */
            topologyKey: string;
            /** The other pods. */
            labelSelector?: {
              /** Labels that all must match. */
              matchLabels?: { [name: string]: string } | undefined;
              /** Conditions that all must hold. */
              matchExpressions?: Array<{
                /** The label's key. */
                key: string;
                /** How the label is compared. */
                operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
                /** Values, for In and NotIn. */
                values?: string[] | undefined;
              }> | undefined;
            } | undefined;
            /** Their namespaces. Default: that of the test. */
            namespaces?: string[] | undefined;
            /** Their namespaces, by labels. */
            namespaceSelector?: {
              /** Labels that all must match. */
              matchLabels?: { [name: string]: string } | undefined;
              /** Conditions that all must hold. */
              matchExpressions?: Array<{
                /** The label's key. */
                key: string;
                /** How the label is compared. */
                operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
                /** Values, for In and NotIn. */
                values?: string[] | undefined;
              }> | undefined;
            } | undefined;
            /** Labels that must have the same value on both pods. */
            matchLabelKeys?: string[] | undefined;
            /** Labels that must have different values. */
            mismatchLabelKeys?: string[] | undefined;
          }> | undefined;
          /** Preferences. */
          preferredDuringSchedulingIgnoredDuringExecution?: Array<{
            /** Weight among the preferences. */
            weight: number;
            /** The preference. */
            podAffinityTerm: {
              /** Label of nodes whose equal values make up one place, such as kubernetes.io/hostname. */
              topologyKey: string;
              /** The other pods. */
              labelSelector?: {
                /** Labels that all must match. */
                matchLabels?: { [name: string]: string } | undefined;
                /** Conditions that all must hold. */
                matchExpressions?: Array<{
                  /** The label's key. */
                  key: string;
                  /** How the label is compared. */
                  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
                  /** Values, for In and NotIn. */
                  values?: string[] | undefined;
                }> | undefined;
              } | undefined;
              /** Their namespaces. Default: that of the test. */
              namespaces?: string[] | undefined;
              /** Their namespaces, by labels. */
              namespaceSelector?: {
                /** Labels that all must match. */
                matchLabels?: { [name: string]: string } | undefined;
                /** Conditions that all must hold. */
                matchExpressions?: Array<{
                  /** The label's key. */
                  key: string;
                  /** How the label is compared. */
                  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
                  /** Values, for In and NotIn. */
                  values?: string[] | undefined;
                }> | undefined;
              } | undefined;
              /** Labels that must have the same value on both pods. */
              matchLabelKeys?: string[] | undefined;
              /** Labels that must have different values. */
              mismatchLabelKeys?: string[] | undefined;
            };
          }> | undefined;
        } | undefined;
        /** Away from which pods a runner belongs. */
        podAntiAffinity?: {
          /** Requirements. */
          requiredDuringSchedulingIgnoredDuringExecution?: Array<{
            /** Label of nodes whose equal values make up one place, such as kubernetes.io/hostname. */
            topologyKey: string;
            /** The other pods. */
            labelSelector?: {
              /** Labels that all must match. */
              matchLabels?: { [name: string]: string } | undefined;
              /** Conditions that all must hold. */
              matchExpressions?: Array<{
                /** The label's key. */
                key: string;
                /** How the label is compared. */
                operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
                /** Values, for In and NotIn. */
                values?: string[] | undefined;
              }> | undefined;
            } | undefined;
            /** Their namespaces. Default: that of the test. */
            namespaces?: string[] | undefined;
            /** Their namespaces, by labels. */
            namespaceSelector?: {
              /** Labels that all must match. */
              matchLabels?: { [name: string]: string } | undefined;
              /** Conditions that all must hold. */
              matchExpressions?: Array<{
                /** The label's key. */
                key: string;
                /** How the label is compared. */
                operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
                /** Values, for In and NotIn. */
                values?: string[] | undefined;
              }> | undefined;
            } | undefined;
            /** Labels that must have the same value on both pods. */
            matchLabelKeys?: string[] | undefined;
            /** Labels that must have different values. */
            mismatchLabelKeys?: string[] | undefined;
          }> | undefined;
          /** Preferences. */
          preferredDuringSchedulingIgnoredDuringExecution?: Array<{
            /** Weight among the preferences. */
            weight: number;
            /** The preference. */
            podAffinityTerm: {
              /** Label of nodes whose equal values make up one place, such as kubernetes.io/hostname. */
              topologyKey: string;
              /** The other pods. */
              labelSelector?: {
                /** Labels that all must match. */
                matchLabels?: { [name: string]: string } | undefined;
                /** Conditions that all must hold. */
                matchExpressions?: Array<{
                  /** The label's key. */
                  key: string;
                  /** How the label is compared. */
                  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
                  /** Values, for In and NotIn. */
                  values?: string[] | undefined;
                }> | undefined;
              } | undefined;
              /** Their namespaces. Default: that of the test. */
              namespaces?: string[] | undefined;
              /** Their namespaces, by labels. */
              namespaceSelector?: {
                /** Labels that all must match. */
                matchLabels?: { [name: string]: string } | undefined;
                /** Conditions that all must hold. */
                matchExpressions?: Array<{
                  /** The label's key. */
                  key: string;
                  /** How the label is compared. */
                  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
                  /** Values, for In and NotIn. */
                  values?: string[] | undefined;
                }> | undefined;
              } | undefined;
              /** Labels that must have the same value on both pods. */
              matchLabelKeys?: string[] | undefined;
              /** Labels that must have different values. */
              mismatchLabelKeys?: string[] | undefined;
            };
          }> | undefined;
        } | undefined;
      } | undefined;
      /** Taints of nodes that a runner tolerates. */
      tolerations?: Array<{
        /** The taint's key. Default: all keys, with operator Exists. */
        key?: string | undefined;
        /** Comparison of the value. Default: Equal. */
        operator?: 'Exists' | 'Equal' | undefined;
        /** The taint's value, for Equal. */
        value?: string | undefined;
        /** Default: all effects. */
        effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute' | undefined;
        /** How long a NoExecute taint is tolerated. Default: forever. */
        tolerationSeconds?: number | undefined;
      }> | undefined;
      /** How runners are distributed. Default: evenly over the nodes, if possible. */
      topologySpreadConstraints?: Array<{
        /** How uneven the distribution may be. */
        maxSkew: number;
        /** Label of nodes whose equal values make up one place. */
        topologyKey: string;
        /** What happens with a pod that would be uneven. */
        whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway';
        /** The pods that are counted. */
        labelSelector?: {
          /** Labels that all must match. */
          matchLabels?: { [name: string]: string } | undefined;
          /** Conditions that all must hold. */
          matchExpressions?: Array<{
            /** The label's key. */
            key: string;
            /** How the label is compared. */
            operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
            /** Values, for In and NotIn. */
            values?: string[] | undefined;
          }> | undefined;
        } | undefined;
        /** The least number of places, for DoNotSchedule. */
        minDomains?: number | undefined;
        /** Whether affinity excludes nodes. Default: Honor. */
        nodeAffinityPolicy?: 'Honor' | 'Ignore' | undefined;
        /** Whether taints exclude nodes. Default: Ignore. */
        nodeTaintsPolicy?: 'Honor' | 'Ignore' | undefined;
        /** Labels that must have the same value on the counted pods. */
        matchLabelKeys?: string[] | undefined;
      }> | undefined;
      /** PriorityClass of the runner pods. */
      priorityClassName?: string | undefined;
      /** The scheduler. Default: the cluster's. */
      schedulerName?: string | undefined;
      /** RuntimeClass of the runner pods. Default: that of the nodes. */
      runtimeClassName?: string | undefined;
      /** Uses the network of the node, where the operator's limits.allowPodFields has hostNetwork. Default: false. */
      hostNetwork?: boolean | undefined;
      /** Names that resolve without DNS. */
      hostAliases?: Array<{
        /** The address. */
        ip: string;
        /** Its names. */
        hostnames: string[];
      }> | undefined;
      /** Which DNS servers the pod uses. Default: ClusterFirst. */
      dnsPolicy?: 'ClusterFirst' | 'ClusterFirstWithHostNet' | 'Default' | 'None' | undefined;
      /** Changes of the DNS configuration. */
      dnsConfig?: {
        /** Further DNS servers. */
        nameservers?: string[] | undefined;
        /** Further search domains. */
        searches?: string[] | undefined;
        /** Options of the resolver. */
        options?: Array<{
          /** Name of the option, such as ndots. */
          name: string;
          /** Its value. */
          value?: string | undefined;
        }> | undefined;
      } | undefined;
      /** Time that the containers have to end. Default: 5. */
      terminationGracePeriodSeconds?: number | undefined;
      /** ServiceAccount of the runner pods, where the operator's limits.allowPodFields has serviceAccountName. Runners never call the Kubernetes API. Default: `default`. */
      serviceAccountName?: string | undefined;
      /** Secrets for pulling the image. */
      imagePullSecrets?: Array<{
        /** Name of the Secret. */
        name: string;
      }> | undefined;
    } | undefined;
  } | undefined;
  /** The SLO of the test: it passes only if all thresholds hold. Default, and for an empty list: errors at most 1%. */
  thresholds?: Array<{
    /** Metric of the result. responseTime.p99: the time from the intended arrival to the last byte, as min, mean, max or a percentile: p1 to p99, and with decimals p995 (the 99.5th) or p9999 (the 99.99th); p100 is max. firstByte.p99: the time from the intended arrival to the first byte of the response, with the same statistics. serviceTime.mean: the time from the write of the request to the last byte, with the same statistics. errors, errors.ConnectionRefused: a share of the arrivals that ended, of all errors or of one kind of docs/errors.md. timeout, failed, dropped, unexpected: a share of the arrivals that ended. status.5xx, status.503, status.UNAVAILABLE: a share of the responses, by status of HTTP or gRPC. rate: responses per second during the load, or complete iterations with requestOrder Sequential; a percentage is of the rate that an open load asks for over the same time. */
    metric: string;
    /** Name of the request that the threshold applies to. Default: all requests together. */
    request?: string | undefined;
    /** Upper limit of the metric. */
    max?: string | undefined;
    /** Lower limit of the metric. */
    min?: string | undefined;
    /** Ends the test as failed as soon as the threshold is broken over the last 10s of all runners together. */
    abort?: boolean | undefined;
    /** With abort: the earliest time since the start of the load at which the test may be ended, at least 10s. */
    after?: string | undefined;
  }> | undefined;
  /** Baseline to compare the result with; a regression fails the test. Default: none. */
  compareWith?: {
    /** Name of the baseline: a LoadTest in the same namespace that is complete when this one ends. */
    name?: string | undefined;
    /** For the template of a ScheduledLoadTest: the newest earlier run that passed (LastPassed) or ended (Last), and has the same load and a usable result. It becomes the name when the run is created. A run without such a predecessor is not compared. */
    previous?: 'LastPassed' | 'Last' | undefined;
    /** Largest tolerated deterioration of a metric, relative to the baseline. Differences within the noise never count. */
    maxRegression?: string | undefined;
    /** Metrics that are compared; of capacity searches it is the capacity alone. Without one whose noise hides a change of maxRegression, such as the p99 of few requests, the others decide. Default: all. */
    metrics?: Array<'responseTime.p50' | 'responseTime.p95' | 'responseTime.p99' | 'rate' | 'errors'> | undefined;
  } | undefined;
  /** Label of the release under test, such as v42, for the history of a schedule. Default: none. */
  release?: string | undefined;
  /** Deletes the LoadTest this many seconds after its completion, unless a GitOps tool tracks it, which would create it again. Default: never. */
  ttlSecondsAfterFinished?: number | undefined;
  /** While true, no runners are created. */
  suspend?: boolean | undefined;
};

export type LoadTestStatus = {
  /** Generation of the spec that the status is about. */
  observedGeneration?: number | undefined;
  /** Accepted, Ready, Running, Complete, Passed and GeneratorSaturated. */
  conditions?: Array<{
    /** Name of the condition. */
    type: string;
    /** Whether it holds. */
    status: 'True' | 'False' | 'Unknown';
    /** Generation of the spec that it is about. */
    observedGeneration?: number | undefined;
    /** When its status last changed. */
    lastTransitionTime: string;
    /** Why, as one word for programs; docs/operations.md explains each. */
    reason: string;
    /** Why, as a sentence for people. */
    message: string;
  }> | undefined;
  /** When the operator began to create the runners. */
  startTime?: string | undefined;
  /** When all runners began to send, by the operator's clock. */
  loadStartTime?: string | undefined;
  /** When the last runner had ended its load, by the time that it measured. */
  loadEndTime?: string | undefined;
  /** When the result was complete. */
  completionTime?: string | undefined;
  /** Numbers of runners. */
  runners?: {
    /** Runners of the spec. */
    desired: number;
    /** Runners that are ready, or have been. */
    ready: number;
    /** Runners that ended with a final update. */
    succeeded: number;
    /** Runners that ended without one. */
    lost: number;
  } | undefined;
  /** Why the load is ending before its plan does; absent before that, and again once the test is complete. */
  stopping?: {
    /** A threshold with `abort`, or the annotation loadtest.dev/stop. */
    by: 'Threshold' | 'Annotation';
    /** The thresholds that did not hold, each with its broken limits and the value over about the last ten seconds. */
    violations?: Array<{
      /** Metric of the threshold. */
      metric: string;
      /** Name of its request; absent: all requests together. */
      request?: string | undefined;
      /** The limit that the observed value exceeds. */
      max?: string | undefined;
      /** The limit that the observed value is below. */
      min?: string | undefined;
      /** The value. */
      observed: string;
      /** The time that the observed value covers; absent: the whole load. */
      over?: string | undefined;
      /** The rate that an open load asked for in the last ten seconds in which the threshold held. Absent: the load has asked for no more since. */
      heldAt?: string | undefined;
    }> | undefined;
  } | undefined;
  /** Counters of the whole test. */
  counts?: {
    /** Arrivals that came due. */
    generated: number;
    /** Requests handed to the network. */
    made: number;
    /** Complete responses, whatever their status. */
    done: number;
    /** Requests that timed out. */
    timeout: number;
    /** Requests that ended with an error instead of a response. */
    failed: number;
    /** Arrivals that were never sent: the in-flight cap was reached, or no connection became free before the end. */
    dropped: number;
    /** Requests that the end of the test cut off. */
    aborted: number;
    /** The part of done that did not meet `expect`. */
    unexpected: number;
  } | undefined;
  /** The most requests in flight at once; with several threads or runners the sum of the largest number of each, an upper bound. */
  maxInFlight?: number | undefined;
  /** Per second: the average rate that an open load asks for, and the responses during the load; with requestOrder Sequential, complete iterations. */
  rate?: {
    /** Average rate that an open load asks for. */
    target?: string | undefined;
    /** Responses received, or complete iterations with requestOrder Sequential. */
    achieved: string;
  } | undefined;
  /** (timeout + failed + dropped + unexpected) / (done + timeout + failed + dropped + aborted): the errors among what has ended, which at the end are all arrivals. Absent while nothing has. */
  errorShare?: string | undefined;
  /** From the intended arrival to the last byte, including requests that timed out. */
  responseTime?: {
    /** Shortest time. */
    min: string;
    /** Mean. */
    mean: string;
    /** 50th percentile, the median. */
    p50: string;
    /** 90th percentile. */
    p90: string;
    /** 95th percentile. */
    p95: string;
    /** 99th percentile. */
    p99: string;
    /** 99.9th percentile. */
    p999: string;
    /** Longest time. */
    max: string;
  } | undefined;
  /** From the intended arrival to the first byte of the response, including requests that timed out before it. */
  firstByte?: {
    /** Shortest time. */
    min: string;
    /** Mean. */
    mean: string;
    /** 50th percentile, the median. */
    p50: string;
    /** 90th percentile. */
    p90: string;
    /** 95th percentile. */
    p95: string;
    /** 99th percentile. */
    p99: string;
    /** 99.9th percentile. */
    p999: string;
    /** Longest time. */
    max: string;
  } | undefined;
  /** From the write of the request to the last byte, including requests that timed out. */
  serviceTime?: {
    /** Shortest time. */
    min: string;
    /** Mean. */
    mean: string;
    /** 50th percentile, the median. */
    p50: string;
    /** 90th percentile. */
    p90: string;
    /** 95th percentile. */
    p95: string;
    /** 99th percentile. */
    p99: string;
    /** 99.9th percentile. */
    p999: string;
    /** Longest time. */
    max: string;
  } | undefined;
  /** Results of each request of the spec. */
  requests?: Array<{
    /** Name of the request. */
    name: string;
    /** Its counters. */
    counts: {
      /** Arrivals that came due. */
      generated: number;
      /** Requests handed to the network. */
      made: number;
      /** Complete responses, whatever their status. */
      done: number;
      /** Requests that timed out. */
      timeout: number;
      /** Requests that ended with an error instead of a response. */
      failed: number;
      /** Arrivals that were never sent: the in-flight cap was reached, or no connection became free before the end. */
      dropped: number;
      /** Requests that the end of the test cut off. */
      aborted: number;
      /** The part of done that did not meet `expect`. */
      unexpected: number;
    };
    /** From the intended arrival to the last byte. */
    responseTime?: {
      /** Shortest time. */
      min: string;
      /** Mean. */
      mean: string;
      /** 50th percentile, the median. */
      p50: string;
      /** 90th percentile. */
      p90: string;
      /** 95th percentile. */
      p95: string;
      /** 99th percentile. */
      p99: string;
      /** 99.9th percentile. */
      p999: string;
      /** Longest time. */
      max: string;
    } | undefined;
    /** Server-sent events, or messages of gRPC streams, with expect.events or eventsFor; absent: none. */
    events?: {
      /** Events that were received. */
      received: number;
      /** From the intended arrival to the first event of a stream. */
      first?: {
        /** Shortest time. */
        min: string;
        /** Mean. */
        mean: string;
        /** 50th percentile, the median. */
        p50: string;
        /** 90th percentile. */
        p90: string;
        /** 95th percentile. */
        p95: string;
        /** 99th percentile. */
        p99: string;
        /** 99.9th percentile. */
        p999: string;
        /** Longest time. */
        max: string;
      } | undefined;
      /** From an event to the next one of its stream. */
      between?: {
        /** Shortest time. */
        min: string;
        /** Mean. */
        mean: string;
        /** 50th percentile, the median. */
        p50: string;
        /** 90th percentile. */
        p90: string;
        /** 95th percentile. */
        p95: string;
        /** 99th percentile. */
        p99: string;
        /** 99.9th percentile. */
        p999: string;
        /** Longest time. */
        max: string;
      } | undefined;
    } | undefined;
    /** Messages of its streams that the server sent; absent: none. */
    messages?: number | undefined;
    /** Its bytes before encryption. */
    bytes?: {
      /** Bytes of requests. */
      sent: number;
      /** Bytes of responses. */
      received: number;
    } | undefined;
    /** From the intended arrival to the first byte of the response. */
    firstByte?: {
      /** Shortest time. */
      min: string;
      /** Mean. */
      mean: string;
      /** 50th percentile, the median. */
      p50: string;
      /** 90th percentile. */
      p90: string;
      /** 95th percentile. */
      p95: string;
      /** 99th percentile. */
      p99: string;
      /** 99.9th percentile. */
      p999: string;
      /** Longest time. */
      max: string;
    } | undefined;
    /** From the write of the request to the last byte. */
    serviceTime?: {
      /** Shortest time. */
      min: string;
      /** Mean. */
      mean: string;
      /** 50th percentile, the median. */
      p50: string;
      /** 90th percentile. */
      p90: string;
      /** 95th percentile. */
      p95: string;
      /** 99th percentile. */
      p99: string;
      /** 99.9th percentile. */
      p999: string;
      /** Longest time. */
      max: string;
    } | undefined;
    /** The ten most frequent statuses; absent for a single request. */
    responses?: Array<{
      /** Status: of HTTP from 100 on, of gRPC from 0 to 16. */
      status: number;
      /** Name of the status, of gRPC only, such as UNAVAILABLE. */
      name?: string | undefined;
      /** Responses with it. */
      count: number;
    }> | undefined;
    /** The ten most frequent kinds of errors; absent for a single request. */
    errors?: Array<{
      /** Kind of error. */
      kind: string;
      /** Requests with it. */
      count: number;
    }> | undefined;
  }> | undefined;
  /** Number of responses by status. */
  responses?: Array<{
    /** Status: of HTTP from 100 on, of gRPC from 0 to 16. */
    status: number;
    /** Name of the status, of gRPC only, such as UNAVAILABLE. */
    name?: string | undefined;
    /** Responses with it. */
    count: number;
  }> | undefined;
  /** Errors by kind. */
  errors?: Array<{
    /** Kind of error; see docs/errors.md. */
    kind: string;
    /** Requests with it. */
    count: number;
    /** Message of one of them. */
    example: string;
    /** Time of the first occurrence, since the load began. */
    first?: string | undefined;
    /** Time of the last occurrence, since the load began. */
    last?: string | undefined;
  }> | undefined;
  /** Examples of unexpected responses. Responses of a new kind take precedence over those that differ only in numbers and identifiers. */
  unexpected?: Array<{
    /** Name of the request. */
    request: string;
    /** Status of the response. */
    status: number;
    /** At most the first 256 bytes of the body; *** replaces a value from a Secret. */
    body: string;
    /** The first expectation that the response does not meet, or the objection of the script; truncated and redacted, too. */
    reason?: string | undefined;
    /** Responses like this, at least: of the same request, status and reason apart from numbers and identifiers. Absent: not counted. */
    count?: number | undefined;
  }> | undefined;
  /** Bytes of the requests and their responses before encryption, with heads and framing; over HTTP/2 those of their own frames. Absent: the transport, NodeHTTP2, counts none. */
  bytes?: {
    /** Bytes of requests. */
    sent: number;
    /** Bytes of responses. */
    received: number;
  } | undefined;
  /** Connections to the target, those of the preflight not included. */
  connections?: {
    /** Connections that were opened. */
    opened: number;
    /** Requests, redirects included, sent on a connection that had carried another one. */
    reused: number;
    /** Times of the resolutions of a name; absent: none. */
    dns?: {
      /** Shortest time. */
      min: string;
      /** Mean. */
      mean: string;
      /** 50th percentile, the median. */
      p50: string;
      /** 90th percentile. */
      p90: string;
      /** 95th percentile. */
      p95: string;
      /** 99th percentile. */
      p99: string;
      /** 99.9th percentile. */
      p999: string;
      /** Longest time. */
      max: string;
    } | undefined;
    /** Times of the TCP connects. */
    connect?: {
      /** Shortest time. */
      min: string;
      /** Mean. */
      mean: string;
      /** 50th percentile, the median. */
      p50: string;
      /** 90th percentile. */
      p90: string;
      /** 95th percentile. */
      p95: string;
      /** 99th percentile. */
      p99: string;
      /** 99.9th percentile. */
      p999: string;
      /** Longest time. */
      max: string;
    } | undefined;
    /** Times of the TLS handshakes; absent: none. */
    tls?: {
      /** Shortest time. */
      min: string;
      /** Mean. */
      mean: string;
      /** 50th percentile, the median. */
      p50: string;
      /** 90th percentile. */
      p90: string;
      /** 95th percentile. */
      p95: string;
      /** 99th percentile. */
      p99: string;
      /** 99.9th percentile. */
      p999: string;
      /** Longest time. */
      max: string;
    } | undefined;
  } | undefined;
  /** Redirects followed, in addition to the requests made. Absent: none. */
  redirects?: number | undefined;
  /** Messages of the streams that the server sent. Absent: none. */
  messages?: number | undefined;
  /** The addresses of the target, or of its proxy, with the most requests; without those of lost runners. */
  addresses?: Array<{
    /** IP address, or path of the Unix socket. */
    address: string;
    /** Requests written, including redirects. */
    requests: number;
    /** Connections opened. */
    connections: number;
  }> | undefined;
  /** What went to all other addresses together. Absent: there are none. */
  otherAddresses?: {
    /** Requests written, including redirects. */
    requests: number;
    /** Connections opened. */
    connections: number;
  } | undefined;
  /** Requests with sampled traces (target.tracing): the ten slowest, then ten that were not as expected, of different kinds. */
  traces?: Array<{
    /** Slowest: one of the slowest requests. Unexpected: an unexpected response or an error. */
    kept: 'Slowest' | 'Unexpected';
    /** Identifier of the trace. */
    traceId: string;
    /** Name of the request. */
    request: string;
    /** Status of the response, or kind of error. */
    outcome: string;
    /** From the intended arrival to the end. */
    responseTime: string;
    /** Its address, by target.tracing.link. */
    link?: string | undefined;
  }> | undefined;
  /** Result of each threshold of the spec, or of the default one. */
  thresholds?: Array<{
    /** Metric of the threshold. */
    metric: string;
    /** Name of its request; absent: all requests together. */
    request?: string | undefined;
    /** Its upper limit. */
    max?: string | undefined;
    /** Its lower limit. */
    min?: string | undefined;
    /** Value of the metric; absent: nothing was measured. */
    observed?: string | undefined;
    /** Whether the threshold holds for sure. */
    passed: boolean;
    /** Why the run cannot tell whether the threshold holds; absent when it holds, and when it is broken for sure. */
    inconclusive?: string | undefined;
    /** Marks the default threshold, for a spec without thresholds. */
    default?: boolean | undefined;
  }> | undefined;
  /** The search of a Capacity load, and its result. */
  capacity?: {
    /** The capacity, arrivals per second: what was answered in time at `low`. Absent during the search, and where no rate held. */
    rate?: number | undefined;
    /** Highest rate at which every threshold held, below `high`. */
    low?: number | undefined;
    /** Lowest rate at which one did not. */
    high?: number | undefined;
    /** Whether both bounds are decided, confirmed, and as close as `precision`. Absent during the search. */
    regular?: boolean | undefined;
    /** How the search ended. Absent during the search. */
    reason?: 'Found' | 'AboveRange' | 'BelowRange' | 'LatencyFloor' | 'NotConfirmed' | 'Deadline' | 'GeneratorSaturated' | 'Unstable' | 'Unfinished' | undefined;
    /** The threshold that does not hold at `high`. */
    limitedBy?: {
      /** Metric of the threshold; rate: fewer than 95% of the arrivals were answered in time. */
      metric: string;
      /** Name of its request; absent: all requests together. */
      request?: string | undefined;
    } | undefined;
    /** Smooth: the threshold is approached gradually. Cliff: it is far from its limit at `low`, and far beyond at `high`. */
    boundary?: 'Smooth' | 'Cliff' | undefined;
    /** Rates that held although a lower one did not. */
    inversions?: number | undefined;
    /** Highest rate that held before the target had the time of `hold`. */
    beforeHold?: number | undefined;
    /** About what is left of the search. Absent after it. */
    expected?: {
      /** Trials to come. */
      trials: number;
      /** How long they take. */
      seconds: number;
    } | undefined;
    /** The trial under way. Absent after the search. */
    trial?: {
      /** Trials before it; 0 is the warm-up. */
      number: number;
      /** What the trial is for. */
      purpose: 'WarmUp' | 'Climb' | 'Below' | 'Hold' | 'Narrow' | 'Decide' | 'Confirm';
      /** Arrivals per second over all runners. */
      rate: number;
      /** Length of its plateau. */
      seconds: number;
      /** When its plateau begins. */
      startTime?: string | undefined;
    } | undefined;
    /** The finished trials, oldest first. */
    trials?: Array<{
      /** Trials before it; 0 is the warm-up. */
      number: number;
      /** What the trial is for. */
      purpose: 'WarmUp' | 'Climb' | 'Below' | 'Hold' | 'Narrow' | 'Decide' | 'Confirm';
      /** Arrivals per second over all runners. */
      rate: number;
      /** Length of its plateau. */
      seconds: number;
      /** Seconds after which it was ended, certain to fail; absent: its whole length. */
      lasted?: number | undefined;
      /** Responses during its plateau; with requestOrder Sequential: iterations completed. */
      achieved: number;
      /** Whether every threshold held. */
      good: boolean;
      /** What did not hold. */
      by?: Array<{
        /** Metric of the threshold; rate: fewer than 95% of the arrivals were answered in time. */
        metric: string;
        /** Name of its request; absent: all requests together. */
        request?: string | undefined;
      }> | undefined;
      /** Set when the load generator was the limit, so that the trial says nothing of the target. */
      generator?: {
        /** As in the condition GeneratorSaturated. */
        reason: string;
        /** What was the limit, and what to do. */
        message: string;
      } | undefined;
      /** The value of each threshold, in their order; empty: nothing was measured. */
      observed?: string[] | undefined;
      /** Share of the arrivals that ended in an error. */
      errors?: string | undefined;
      /** 50th percentile of the response time. */
      p50?: string | undefined;
      /** 95th percentile of the response time. */
      p95?: string | undefined;
      /** 99th percentile of the response time. */
      p99?: string | undefined;
    }> | undefined;
  } | undefined;
  /** Comparison with the baseline of spec.compareWith. */
  comparison?: {
    /** Name of the baseline. */
    baseline: string;
    /** Largest tolerated deterioration. */
    maxRegression: string;
    /** Result of all metrics together. */
    result: 'Unchanged' | 'Regressed' | 'Improved' | 'TooNoisy' | 'NotComparable';
    /** The result in one sentence. */
    message: string;
    /** Result of each metric. */
    metrics: Array<{
      /** Metric that is compared. */
      metric: string;
      /** Value of the baseline: of the whole run, or the median over its intervals if these tell more about the change. */
      baseline?: string | undefined;
      /** The same for this test. */
      observed?: string | undefined;
      /** Change from the baseline: +12% for times and the rate, percentage points for errors. */
      change?: string | undefined;
      /** Confidence interval (99%) of that change. */
      range?: string | undefined;
      /** Result of this metric. */
      result: 'Unchanged' | 'Regressed' | 'Improved' | 'TooNoisy' | 'NotComparable';
    }>;
  } | undefined;
  /** The run in intervals of equal length, as a baseline for other tests. Only of a run that was not cut short. */
  windows?: {
    /** End of each interval, in milliseconds since the load began. */
    end: string;
    /** done + timeout + failed + dropped + aborted. */
    ended: string;
    /** Complete responses. */
    done: string;
    /** timeout + failed + dropped + unexpected. */
    errors: string;
    /** Response time in microseconds; 0 in an interval without a response. */
    p50: string;
    /** The same for the 95th percentile. */
    p95: string;
    /** The same for the 99th percentile. */
    p99: string;
    /** Number of response times. They are read a moment later than the counts: an interval may have more of them than ended, and the next one fewer. Over the whole run they agree. */
    timed: string;
    /** How many of them are at or above the p50 of the whole run after its warm-up. */
    above50: string;
    /** The same for the p95. */
    above95: string;
    /** The same for the p99. */
    above99: string;
    /** Response times of the whole run after its warm-up, in microseconds, at 59 percentiles between 1.8 and 99.995. */
    quantiles: string;
  } | undefined;
  /** Health of the load generator. */
  generator?: {
    /** Whether the generator was the limit. */
    saturated: boolean;
    /** 99th percentile of the pacing lag: actual minus intended send time. */
    pacingLagP99?: string | undefined;
    /** CPU time per runner, as a share of one core. */
    cpu: string;
    /** Share of time in which the CPU limit throttled a runner; absent: no limit. */
    throttled?: string | undefined;
    /** Longest pause for garbage collection. */
    gcPauseMax?: string | undefined;
    /** Share of time spent on garbage collection. */
    gcShare?: string | undefined;
    /** Transport of the requests: Lean, Undici, HTTP2 or NodeHTTP2. */
    transport?: string | undefined;
  } | undefined;
  /** Address of this test's dashboard in Grafana, over the time of its load. Absent before the load, and where the operator knows no Grafana. */
  dashboard?: string | undefined;
  /** ConfigMap that contains the full result as `report.json`. */
  report?: {
    /** The ConfigMap. */
    configMapRef: {
      /** Name of the ConfigMap. */
      name: string;
    };
  } | undefined;
  /** Notifications that the operator's webhooks have not received yet. Absent: none. */
  pendingNotifications?: Array<'Completed' | 'Regressed' | 'RunnersLost'> | undefined;
};

export type LoadTestReport = {
  apiVersion: 'loadtest.dev/v1alpha1';
  kind: 'LoadTestReport';
  metadata: {
    name: string;
    namespace?: string | undefined;
    uid?: string | undefined;
  };
  spec: LoadTestSpec;
  status: LoadTestStatus;
  /** The figures of the status as numbers; the end of a name is the unit. Shares are from 0 to 1. */
  result: {
    verdict: 'passed' | 'failed' | 'inconclusive';
    /** The length of the load, or the time until it was stopped. */
    loadSeconds?: number | undefined;
    /** Average target rate of an open load. */
    targetPerSecond?: number | undefined;
    /** Responses during the load; with requestOrder Sequential: iterations completed. */
    achievedPerSecond?: number | undefined;
    /** What a capacity search has found. */
    capacityPerSecond?: number | undefined;
    /** Highest rate of the search at which every threshold held. */
    capacityLowPerSecond?: number | undefined;
    /** Lowest rate of the search at which one did not. */
    capacityHighPerSecond?: number | undefined;
    counts?: {
      /** Arrivals that came due. */
      generated: number;
      /** Requests handed to the network. */
      made: number;
      /** Complete responses, whatever their status. */
      done: number;
      /** Requests that timed out. */
      timeout: number;
      /** Requests that ended with an error instead of a response. */
      failed: number;
      /** Arrivals that were never sent: the in-flight cap was reached, or no connection became free before the end. */
      dropped: number;
      /** Requests that the end of the test cut off. */
      aborted: number;
      /** The part of done that did not meet `expect`. */
      unexpected: number;
    } | undefined;
    maxInFlight?: number | undefined;
    /** The errors among what has ended. */
    errorShare?: number | undefined;
    /** From the intended arrival to the last byte, including requests that timed out. */
    responseTime?: {
      minMs: number;
      meanMs: number;
      p50Ms: number;
      p90Ms: number;
      p95Ms: number;
      p99Ms: number;
      p999Ms: number;
      maxMs: number;
    } | undefined;
    /** From the intended arrival to the first byte, including requests that timed out before it. */
    firstByte?: {
      minMs: number;
      meanMs: number;
      p50Ms: number;
      p90Ms: number;
      p95Ms: number;
      p99Ms: number;
      p999Ms: number;
      maxMs: number;
    } | undefined;
    /** From the write of the request to the last byte, including requests that timed out. */
    serviceTime?: {
      minMs: number;
      meanMs: number;
      p50Ms: number;
      p90Ms: number;
      p95Ms: number;
      p99Ms: number;
      p999Ms: number;
      maxMs: number;
    } | undefined;
    /** Before encryption. */
    sentBytes?: number | undefined;
    /** Before encryption. */
    receivedBytes?: number | undefined;
    connections?: {
      opened: number;
      /** Requests sent on a connection that had carried another one. */
      reused: number;
      /** The resolutions of a name. */
      dns?: {
        minMs: number;
        meanMs: number;
        p50Ms: number;
        p90Ms: number;
        p95Ms: number;
        p99Ms: number;
        p999Ms: number;
        maxMs: number;
      } | undefined;
      /** The TCP connects. */
      connect?: {
        minMs: number;
        meanMs: number;
        p50Ms: number;
        p90Ms: number;
        p95Ms: number;
        p99Ms: number;
        p999Ms: number;
        maxMs: number;
      } | undefined;
      /** The TLS handshakes. */
      tls?: {
        minMs: number;
        meanMs: number;
        p50Ms: number;
        p90Ms: number;
        p95Ms: number;
        p99Ms: number;
        p999Ms: number;
        maxMs: number;
      } | undefined;
    } | undefined;
    requests: Array<{
      name: string;
      method: string;
      /** As in the spec, and of a gRPC call its service and method; absent: the target's URL unchanged. */
      path?: string | undefined;
      /** Responses during the load. */
      responsesPerSecond?: number | undefined;
      counts: {
        /** Arrivals that came due. */
        generated: number;
        /** Requests handed to the network. */
        made: number;
        /** Complete responses, whatever their status. */
        done: number;
        /** Requests that timed out. */
        timeout: number;
        /** Requests that ended with an error instead of a response. */
        failed: number;
        /** Arrivals that were never sent: the in-flight cap was reached, or no connection became free before the end. */
        dropped: number;
        /** Requests that the end of the test cut off. */
        aborted: number;
        /** The part of done that did not meet `expect`. */
        unexpected: number;
      };
      /** Server-sent events, or messages of gRPC streams, with expect.events or eventsFor. */
      events?: {
        received: number;
        first?: {
          minMs: number;
          meanMs: number;
          p50Ms: number;
          p90Ms: number;
          p95Ms: number;
          p99Ms: number;
          p999Ms: number;
          maxMs: number;
        } | undefined;
        between?: {
          minMs: number;
          meanMs: number;
          p50Ms: number;
          p90Ms: number;
          p95Ms: number;
          p99Ms: number;
          p999Ms: number;
          maxMs: number;
        } | undefined;
      } | undefined;
      sentBytes?: number | undefined;
      receivedBytes?: number | undefined;
      responseTime?: {
        minMs: number;
        meanMs: number;
        p50Ms: number;
        p90Ms: number;
        p95Ms: number;
        p99Ms: number;
        p999Ms: number;
        maxMs: number;
      } | undefined;
      firstByte?: {
        minMs: number;
        meanMs: number;
        p50Ms: number;
        p90Ms: number;
        p95Ms: number;
        p99Ms: number;
        p999Ms: number;
        maxMs: number;
      } | undefined;
      serviceTime?: {
        minMs: number;
        meanMs: number;
        p50Ms: number;
        p90Ms: number;
        p95Ms: number;
        p99Ms: number;
        p999Ms: number;
        maxMs: number;
      } | undefined;
    }>;
    thresholds: Array<{
      metric: string;
      request?: string | undefined;
      outcome: 'holds' | 'broken' | 'undecided';
      /** The observed value of a time. */
      observedMs?: number | undefined;
      /** The observed value of a share. */
      observedShare?: number | undefined;
      /** The observed value of a rate. */
      observedPerSecond?: number | undefined;
    }>;
    generator?: {
      saturated: boolean;
      pacingLagP99Ms?: number | undefined;
      /** Cores in use, the average of the runners. */
      cpuCores: number;
      throttledShare?: number | undefined;
      gcPauseMaxMs?: number | undefined;
      gcShare?: number | undefined;
    } | undefined;
  };
  /** The run over time, in columns of equal length: value i is that of interval i. */
  timeline: {
    /** The end of each interval, since the load began. */
    untilSeconds: number[];
    /** The length of each interval. */
    widthSeconds: number[];
    /** Increments, which add up to the counter of the status. */
    generated: number[];
    /** Increments, which add up to the counter of the status. */
    made: number[];
    /** Increments, which add up to the counter of the status. */
    done: number[];
    /** Increments, which add up to the counter of the status. */
    timeout: number[];
    /** Increments, which add up to the counter of the status. */
    failed: number[];
    /** Increments, which add up to the counter of the status. */
    dropped: number[];
    /** Increments, which add up to the counter of the status. */
    aborted: number[];
    /** Increments, which add up to the counter of the status. */
    unexpected: number[];
    /** The most at once in the interval; with several threads or runners the sum of the largest number of each, an upper bound. */
    inFlight: number[];
    /** Response times, or service times where the name says so; null without a response. */
    meanMs: Array<number | null>;
    /** Response times, or service times where the name says so; null without a response. */
    p50Ms: Array<number | null>;
    /** Response times, or service times where the name says so; null without a response. */
    p90Ms: Array<number | null>;
    /** Response times, or service times where the name says so; null without a response. */
    p99Ms: Array<number | null>;
    /** Response times, or service times where the name says so; null without a response. */
    maxMs: Array<number | null>;
    /** Response times, or service times where the name says so; null without a response. */
    serviceP50Ms: Array<number | null>;
    /** Response times, or service times where the name says so; null without a response. */
    serviceP99Ms: Array<number | null>;
  };
  /** HdrHistograms of microseconds in the V2 compressed encoding, base64. */
  histograms: {
    responseTime: string;
    firstByte?: string | undefined;
    serviceTime: string;
    pacingLag: string;
    requests: Array<{
      name: string;
      responseTime: string;
      firstByte?: string | undefined;
      serviceTime: string;
    }>;
  };
  /** Intervals of the baseline. */
  baselineWindows?: {
    /** End of each interval, in milliseconds since the load began. */
    end: string;
    /** done + timeout + failed + dropped + aborted. */
    ended: string;
    /** Complete responses. */
    done: string;
    /** timeout + failed + dropped + unexpected. */
    errors: string;
    /** Response time in microseconds; 0 in an interval without a response. */
    p50: string;
    /** The same for the 95th percentile. */
    p95: string;
    /** The same for the 99th percentile. */
    p99: string;
    /** Number of response times. They are read a moment later than the counts: an interval may have more of them than ended, and the next one fewer. Over the whole run they agree. */
    timed: string;
    /** How many of them are at or above the p50 of the whole run after its warm-up. */
    above50: string;
    /** The same for the p95. */
    above95: string;
    /** The same for the p99. */
    above99: string;
    /** Response times of the whole run after its warm-up, in microseconds, at 59 percentiles between 1.8 and 99.995. */
    quantiles: string;
  } | undefined;
  runners: Array<{
    index: number;
    state: string;
    message?: string | undefined;
    node?: string | undefined;
    counts?: {
      /** Arrivals that came due. */
      generated: number;
      /** Requests handed to the network. */
      made: number;
      /** Complete responses, whatever their status. */
      done: number;
      /** Requests that timed out. */
      timeout: number;
      /** Requests that ended with an error instead of a response. */
      failed: number;
      /** Arrivals that were never sent: the in-flight cap was reached, or no connection became free before the end. */
      dropped: number;
      /** Requests that the end of the test cut off. */
      aborted: number;
      /** The part of done that did not meet `expect`. */
      unexpected: number;
    } | undefined;
    /** 99th percentile of the response time. */
    p99Ms?: number | undefined;
    /** Cores in use, on average. */
    cpuCores?: number | undefined;
  }>;
  environment: {
    /** Version of loadtest-operator. */
    version: string;
    kubernetes?: string | undefined;
    /** Image of the runners, with its digest if the node reported it. */
    image?: string | undefined;
    nodes?: string[] | undefined;
    /** Hardware of the nodes as the runners see it, without duplicates. */
    machines?: string[] | undefined;
    /** Machine of a local run. */
    machine?: string | undefined;
  };
  /** Parts left out because they did not fit into the ConfigMap or do not exist. */
  omitted: string[];
};
