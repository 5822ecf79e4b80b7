package registry

import (
	"bytes"
	"errors"
	"io"
)

// Data is the content of an image. It never changes.
type Data struct {
	chunks [][]byte // nil: only its size and sums are known
	Size   int64
	Sums   *Sums // nil: not known
}

// chunkSize is how much of an upload is held in one piece, so that a large one
// needs no second copy to grow.
const chunkSize = 1 << 20

// ErrTooLarge is the error of data that is larger than it may be.
var ErrTooLarge = errors.New("the data is too large")

// ReadData reads all of src, and no more than limit bytes, if that is not 0.
// With keep false it forgets the content and keeps only size and sums. After an
// error what was read so far is lost.
func ReadData(src io.Reader, limit int64, keep bool) (*Data, error) {
	d := &Data{}
	read := newHasher()
	var spare []byte
	for ended := false; !ended; {
		chunk := spare
		if chunk == nil {
			chunk = make([]byte, d.nextChunk())
		}
		n, err := fill(chunk, src)
		if err != nil && err != io.EOF {
			return nil, err
		}
		ended = err == io.EOF
		_, _ = read.Write(chunk[:n])
		d.Size += int64(n)
		switch {
		case limit > 0 && d.Size > limit:
			return nil, ErrTooLarge
		case !keep:
			spare = chunk
		case n == len(chunk):
			d.chunks = append(d.chunks, chunk)
		case n > 0:
			d.chunks = append(d.chunks, bytes.Clone(chunk[:n])) // without the room that is left
		}
	}
	d.Sums = known(read.sums())
	return d, nil
}

// fill reads until p is full, or src has an end or an error. Unlike io.ReadFull
// it tells a source that was cut from one that is at its end.
func fill(p []byte, src io.Reader) (n int, err error) {
	for n < len(p) && err == nil {
		var m int
		m, err = src.Read(p[n:])
		n += m
	}
	return n, err
}

// nextChunk is the size of the next piece: small ones first, for small images.
func (d *Data) nextChunk() int {
	if d.Size < chunkSize {
		return max(int(d.Size), 4096)
	}
	return chunkSize
}

// Zeros is data of which nothing is known but its size.
func Zeros(size int64) *Data { return &Data{Size: size} }

// Bytes is the first n bytes of the content, or all of it if there are fewer.
// Content that was not kept has none.
func (d *Data) Bytes(n int) []byte {
	if len(d.chunks) == 0 {
		return nil
	}
	return d.chunks[0][:min(n, len(d.chunks[0]))]
}

// Reader reads the content from an offset. Content that was not kept reads as
// zero bytes.
func (d *Data) Reader(offset int64) io.Reader {
	r := &reader{left: max(d.Size-offset, 0)}
	for i, c := range d.chunks {
		if offset < int64(len(c)) {
			r.chunk, r.rest = c[offset:], d.chunks[i+1:]
			break
		}
		offset -= int64(len(c))
	}
	return r
}

// A reader is on its way through data.
type reader struct {
	left  int64
	chunk []byte   // empty: the rest begins here
	rest  [][]byte // with chunk empty and no rest the content was not kept
}

func (r *reader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), r.left)]
	if len(r.chunk) == 0 && len(r.rest) > 0 {
		r.chunk, r.rest = r.rest[0], r.rest[1:]
	}
	n := len(p)
	if len(r.chunk) > 0 {
		n = copy(p, r.chunk)
		r.chunk = r.chunk[n:]
	} else {
		clear(p)
	}
	r.left -= int64(n)
	return n, nil
}
