# An image with nothing but the binary, to run as a side-car. It listens on port 9292
# of all addresses of the container, and logs to standard error.
FROM golang:1.25 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /fakeglance ./cmd/fakeglance

FROM scratch
COPY --from=build /fakeglance /fakeglance
ENV FAKEGLANCE_LISTEN=:9292
EXPOSE 9292
USER 65534
ENTRYPOINT ["/fakeglance"]
