# One image with two programs, the operator and the runner; the container's argument selects one.
# Build dist/image/ first with `npm run build`. This file downloads and compiles nothing, so that an image for another
# architecture needs no emulation. docs/operations.md describes how to renew the base's digest.
ARG BASE=docker.io/library/node:26-slim@sha256:c0753125a3789977aefe869cbebccf70e3cfd7ea84ca48547458f02e4f1d7146
FROM ${BASE}

ARG VERSION=dev
LABEL org.opencontainers.image.title="loadtest-operator" \
      org.opencontainers.image.description="Load tests as a Kubernetes resource" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"

ENV NODE_ENV=production
WORKDIR /app
COPY dist/image/ /app/

# A number, so that the kubelet can check runAsNonRoot without the image's passwd file.
USER 65532:65532
ENTRYPOINT ["node"]
# Heaps grow in small steps: the operator starts with 87 instead of 99 MiB, and uses at most 236 instead of 310 MiB with 5,000 LoadTests
# (docs/design/0032-memory-and-start.md). No signal opens an inspector.
CMD ["--disable-sigusr1", "--optimize-for-size", "--max-semi-space-size=1", "/app/operator.mjs"]
