package registry

import (
	"crypto/md5"
	"crypto/sha512"
	"encoding/hex"
	"io"
)

// Data is the content of an image. It never changes.
type Data struct {
	chunks   [][]byte // nil: only its size and sums are known
	Size     int64
	Checksum string // MD5, in hex
	SHA512   string // in hex
}

// chunkSize is how much of an upload is held in one piece, so that a large one
// needs no second copy to grow.
const chunkSize = 1 << 20

// ReadData reads all of src. With keep false it forgets the content and keeps
// only size and sums. After an error what was read so far is lost.
func ReadData(src io.Reader, keep bool) (*Data, error) {
	d := &Data{}
	md, sha := md5.New(), sha512.New()
	sums := io.MultiWriter(md, sha)
	var spare []byte
	for {
		chunk := spare
		if chunk == nil {
			chunk = make([]byte, d.nextChunk())
		}
		n, err := io.ReadFull(src, chunk)
		_, _ = sums.Write(chunk[:n])
		d.Size += int64(n)
		switch {
		case !keep:
			spare = chunk
		case n > 0:
			d.chunks = append(d.chunks, chunk[:n:n])
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	d.Checksum = hex.EncodeToString(md.Sum(nil))
	d.SHA512 = hex.EncodeToString(sha.Sum(nil))
	return d, nil
}

// nextChunk is the size of the next piece: small ones first, for small images.
func (d *Data) nextChunk() int {
	if d.Size < chunkSize {
		return max(int(d.Size), 4096)
	}
	return chunkSize
}

// Reader reads the content from its begin. Content that was not kept reads as
// zero bytes.
func (d *Data) Reader() io.ReadSeeker { return &reader{data: d} }

type reader struct {
	data *Data
	at   int64
}

func (r *reader) Read(p []byte) (int, error) {
	left := r.data.Size - r.at
	if left <= 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > left {
		p = p[:left]
	}
	n := 0
	if r.data.chunks == nil {
		clear(p)
		n = len(p)
	} else {
		n = copy(p, r.chunk())
	}
	r.at += int64(n)
	return n, nil
}

// chunk is what is left of the chunk at the reader's place.
func (r *reader) chunk() []byte {
	at := r.at
	for _, c := range r.data.chunks {
		if at < int64(len(c)) {
			return c[at:]
		}
		at -= int64(len(c))
	}
	return nil
}

func (r *reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.data.Size
	}
	if offset < 0 {
		return 0, io.ErrUnexpectedEOF
	}
	r.at = offset
	return offset, nil
}
