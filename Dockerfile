# One image with two programs, the operator and the runner; which of them runs is the container's argument.
# Build dist/image/ first with `npm run build`: nothing is downloaded or compiled in here, so an image for another
# architecture needs no emulation.
ARG BASE=node:26-slim
FROM ${BASE}

ARG VERSION=dev
LABEL org.opencontainers.image.title="loadtest-operator" \
      org.opencontainers.image.description="Load tests as a Kubernetes resource" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"

ENV NODE_ENV=production
WORKDIR /app
COPY dist/image/ /app/

# A number, so that runAsNonRoot can be checked without the image's passwd file.
USER 65532:65532
ENTRYPOINT ["node"]
# Heaps that grow in small steps: the operator begins with 87 MiB instead of 99, and with 5,000 LoadTests has 236 at most instead of 310
# (docs/design/0032-memory-and-start.md). No signal opens an inspector.
CMD ["--disable-sigusr1", "--optimize-for-size", "--max-semi-space-size=1", "/app/operator.mjs"]
