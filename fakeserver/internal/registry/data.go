package registry

import (
	"bytes"
	"errors"
	"io"
)

// Data is the content of an image. It never changes.
type Data struct {
	chunks [][]byte // nil: the content was not kept, and reads as zero bytes
	Size   int64    // bytes
	Sums   *Sums    // nil: unknown
}

// chunkSize is the size of one piece of a large upload, in bytes. Pieces need not
// be copied when the upload grows.
const chunkSize = 1 << 20

// ErrTooLarge is returned for data beyond the limit.
var ErrTooLarge = errors.New("the data are too large")

// ReadData reads all of src. It returns ErrTooLarge if that is more than limit
// bytes; 0: there is no limit. Without keep it keeps only size and sums, not the
// content. What was read before an error is lost.
func ReadData(src io.Reader, limit int64, keep bool) (*Data, error) {
	d := &Data{}
	hash := newHasher()
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
		_, _ = hash.Write(chunk[:n])
		d.Size += int64(n)
		switch {
		case limit > 0 && d.Size > limit:
			return nil, ErrTooLarge
		case !keep:
			spare = chunk
		case n == len(chunk):
			d.chunks = append(d.chunks, chunk)
		case n > 0:
			d.chunks = append(d.chunks, bytes.Clone(chunk[:n])) // without the unused rest
		}
	}
	d.Sums = hash.sums()
	return d, nil
}

// fill reads until p is full or src returns an error, such as io.EOF at its end.
// Unlike io.ReadFull it never turns io.EOF into io.ErrUnexpectedEOF, so that an
// upload that was cut off can be told from one that has ended.
func fill(p []byte, src io.Reader) (n int, err error) {
	for n < len(p) && err == nil {
		var m int
		m, err = src.Read(p[n:])
		n += m
	}
	return n, err
}

// nextChunk returns the size of the next piece: small at first, for small images.
func (d *Data) nextChunk() int {
	if d.Size < chunkSize {
		return max(int(d.Size), 4096)
	}
	return chunkSize
}

// Zeros returns data of which only the size is known.
func Zeros(size int64) *Data { return &Data{Size: size} }

// Empty returns data of no bytes.
func Empty() *Data {
	return &Data{Sums: newHasher().sums()}
}

// Bytes returns the first n bytes of the content, or fewer if the first piece of
// it is shorter. If the content was not kept, there are none.
func (d *Data) Bytes(n int) []byte {
	if len(d.chunks) == 0 {
		return nil
	}
	return d.chunks[0][:min(n, len(d.chunks[0]))]
}

// Reader reads the content from an offset on. Content that was not kept reads as
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

// A reader reads the content of a Data.
type reader struct {
	left  int64    // bytes to read
	chunk []byte   // what is left of the current piece; empty: the next one is rest[0]
	rest  [][]byte // pieces after it; if chunk is empty too, the content was not kept
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
