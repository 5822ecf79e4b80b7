# An image with nothing but the binary, to run as a side-car. It listens on port 9292
# of all addresses of the container, logs to standard error, and writes no files.
FROM golang:1.26.8-bookworm AS build
ARG VERSION=
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -o /fakeglance \
    -ldflags="-s -X github.com/fakeglance/fakeglance/fakeserver/internal/control.version=$VERSION" ./cmd/fakeglance

FROM scratch
COPY --from=build /fakeglance /fakeglance
ENV FAKEGLANCE_LISTEN=:9292 FAKEGLANCE_SCENARIO=demo
EXPOSE 9292
USER 65534:65534
HEALTHCHECK --interval=5s --timeout=4s --start-period=10s --retries=3 CMD ["/fakeglance", "health"]
ENTRYPOINT ["/fakeglance"]
