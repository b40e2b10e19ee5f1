// tlogverify checks a C2SP tlog-tiles log with the Go project's own packages for its checksum database, and writes one.
//
//	tlogverify log VKEYFILE URL|FOLDER            check everything that is served or lies there
//	tlogverify proof VKEYFILE FILE...             check .tlog-proof files, each with its entry inside
//	tlogverify write FOLDER ORIGIN SIZE...        write a log whose checkpoints have these sizes
//
// Hashing, proofs, tiles and notes are golang.org/x/mod/sumdb/tlog and .../note; what is here reads files and compares.
// Build: GO111MODULE=off GOPATH=/usr/share/gocode go build   (Debian: golang-go, golang-golang-x-mod-dev)
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height   = 8
	width    = 1 << height
	fileMax  = 64 << 20
	samples  = 50
	overlaps = 200
)

func main() {
	if len(os.Args) < 4 {
		fail(errors.New("usage: tlogverify log VKEYFILE URL|FOLDER | proof VKEYFILE FILE... | write FOLDER ORIGIN SIZE..."))
	}
	var err error
	switch os.Args[1] {
	case "log":
		err = checkLog(os.Args[2], os.Args[3])
	case "proof":
		err = checkProofs(os.Args[2], os.Args[3:])
	case "write":
		err = writeLog(os.Args[2], os.Args[3], os.Args[4:])
	default:
		err = fmt.Errorf("no command %q", os.Args[1])
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Println("FAIL", err)
	os.Exit(1)
}

// --- Files, wherever they lie ----------------------------------------------------------------------------------------

var client = http.Client{Timeout: 30 * time.Second}

// source reads the files of a log by their C2SP paths.
type source string

func (s source) remote() bool { return strings.Contains(string(s), "://") }

func (s source) read(path string) ([]byte, error) {
	if !s.remote() {
		return os.ReadFile(filepath.Join(string(s), filepath.FromSlash(path)))
	}
	answer, err := client.Get(strings.TrimSuffix(string(s), "/") + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, fileMax))
	if err == nil && answer.StatusCode != 200 {
		err = fmt.Errorf("%s: %s: %s", path, answer.Status, strings.TrimSpace(string(data)))
	}
	return data, err
}

// path returns where C2SP puts what x/mod calls tile/8/L/N and tile/8/data/N.
func path(t tlog.Tile) string {
	p := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", height))
	return "tile/" + strings.Replace(p, "data/", "entries/", 1)
}

// tiles lets x/mod fetch tiles, for tlog.TileHashReader.
type tiles struct{ from source }

func (tiles) Height() int                         { return height }
func (tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (r tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(wanted))
	for i, t := range wanted {
		data, err := r.from.read(path(t))
		if err != nil {
			return nil, err
		}
		found[i] = data
	}
	return found, nil
}

// --- Notes -----------------------------------------------------------------------------------------------------------

func readVerifier(file string) (note.Verifier, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return note.NewVerifier(strings.TrimSpace(string(text)))
}

// open verifies a checkpoint and returns its tree; the origin must be the name of the key.
func open(signed []byte, key note.Verifier) (tlog.Tree, error) {
	var tree tlog.Tree
	opened, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return tree, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != key.Name() {
		return tree, fmt.Errorf("checkpoint: its origin is %q, not %q", lines[0], key.Name())
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || tree.N < 0 || strconv.FormatInt(tree.N, 10) != lines[1] {
		return tree, fmt.Errorf("checkpoint: %q is no size", lines[1])
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

type kept struct {
	Size int64
	Note string
}

// history returns every checkpoint that is kept.
func history(from source) ([]kept, error) {
	data, err := from.read("checkpoints.jsonl")
	if err != nil {
		return nil, err
	}
	var all []kept
	for lines := json.NewDecoder(bytes.NewReader(data)); ; {
		var one kept
		if err := lines.Decode(&one); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
}

// --- Checking a log --------------------------------------------------------------------------------------------------

func checkLog(keyFile, place string) error {
	from := source(place)
	key, err := readVerifier(keyFile)
	if err != nil {
		return err
	}
	signed, err := from.read("checkpoint")
	if err != nil {
		return err
	}
	tree, err := open(signed, key)
	if err != nil {
		return err
	}
	hashes, entries, err := rebuilt(from, tree.N)
	if err != nil {
		return err
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the entries give the root %v, signed was %v", root, tree.Hash)
	}
	count, err := checkTiles(from, tree, hashes)
	if err != nil {
		return err
	}
	fmt.Printf("ok %d entries give the signed root; %d tiles are what the entries give\n", tree.N, count)
	if err := checkInclusion(from, tree, entries); err != nil {
		return err
	}
	if err := checkHistory(from, key, tree, hashes); err != nil {
		return err
	}
	return checkReceipts(from, key, entries)
}

// stored is a tlog.HashReader over all hashes of a tree, in memory.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(s)) {
			return nil, fmt.Errorf("hash %d is beyond the tree", index)
		}
		found[i] = s[index]
	}
	return found, nil
}

// grow adds an entry to the hashes.
func (s *stored) grow(n int64, entry []byte) error {
	more, err := tlog.StoredHashes(n, entry, *s)
	*s = append(*s, more...)
	return err
}

// rebuilt computes every hash of the tree from the entry bundles.
func rebuilt(from source, size int64) (stored, [][]byte, error) {
	var hashes stored
	var entries [][]byte
	for n := int64(0); n*width < size; n++ {
		bundle := tlog.Tile{H: height, L: -1, N: n, W: int(min(width, size-n*width))}
		data, err := from.read(path(bundle))
		if err != nil {
			return nil, nil, err
		}
		for len(data) > 0 {
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				return nil, nil, fmt.Errorf("%s: an entry is cut short", path(bundle))
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			if err := hashes.grow(int64(len(entries)), data[2:end]); err != nil {
				return nil, nil, err
			}
			entries = append(entries, data[2:end])
			data = data[end:]
		}
		if int64(len(entries)) != n*width+int64(bundle.W) {
			return nil, nil, fmt.Errorf("%s: it has another number of entries than %d", path(bundle), bundle.W)
		}
	}
	return hashes, entries, nil
}

// checkTiles compares every tile of the tree with what the entries give.
func checkTiles(from source, tree tlog.Tree, hashes stored) (int, error) {
	all := widest(tlog.NewTiles(height, 0, tree.N))
	for _, t := range all {
		found, err := from.read(path(t))
		if err != nil {
			return 0, err
		}
		wanted, err := tlog.ReadTileData(t, hashes)
		if err != nil {
			return 0, err
		}
		if !bytes.Equal(found, wanted) {
			return 0, fmt.Errorf("%s: it is not what the entries give", path(t))
		}
	}
	return len(all), nil
}

// widest leaves out the narrower forms of a partial tile, which x/mod lists one by one.
func widest(all []tlog.Tile) []tlog.Tile {
	var chosen []tlog.Tile
	for i, t := range all {
		if i+1 == len(all) || all[i+1].L != t.L || all[i+1].N != t.N {
			chosen = append(chosen, t)
		}
	}
	return chosen
}

// checkInclusion proves first, last and some other entries from the tiles as a client of the checksum database would.
func checkInclusion(from source, tree tlog.Tree, entries [][]byte) error {
	if tree.N == 0 {
		return nil
	}
	reader := tlog.TileHashReader(tree, tiles{from})
	for _, index := range picked(tree.N) {
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entries[index])); err != nil {
			return fmt.Errorf("inclusion of %d: %w", index, err)
		}
	}
	fmt.Printf("ok %d entries proved to be included\n", len(picked(tree.N)))
	return nil
}

// checkHistory verifies every kept checkpoint, and the growth between pairs of them from the newest tree's tiles.
func checkHistory(from source, key note.Verifier, tree tlog.Tree, hashes stored) error {
	all, err := history(from)
	if err != nil {
		return err
	}
	trees := make([]tlog.Tree, len(all))
	for i, one := range all {
		if trees[i], err = open([]byte(one.Note), key); err != nil {
			return fmt.Errorf("kept checkpoint of size %d: %w", one.Size, err)
		}
		root, err := tlog.TreeHash(trees[i].N, hashes)
		if err != nil || root != trees[i].Hash || trees[i].N != one.Size {
			return fmt.Errorf("kept checkpoint of size %d: the entries give another root (%v)", one.Size, err)
		}
	}
	reader := tlog.TileHashReader(tree, tiles{from})
	pairs := 0
	for at, chances := range mathrand.Perm(len(trees) * len(trees)) {
		old, later := trees[chances/len(trees)], trees[chances%len(trees)]
		if old.N < 1 || old.N >= later.N || at > 8*overlaps || pairs == overlaps {
			continue
		}
		proof, err := tlog.ProveTree(later.N, old.N, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, later.N, later.Hash, old.N, old.Hash); err != nil {
			return fmt.Errorf("consistency of %d with %d: %w", old.N, later.N, err)
		}
		pairs++
	}
	fmt.Printf("ok %d kept checkpoints verified, %d pairs proved consistent\n", len(trees), pairs)
	return nil
}

// checkReceipts fetches some receipts, where they are served, and compares their entries with the log's.
func checkReceipts(from source, key note.Verifier, entries [][]byte) error {
	if !from.remote() || len(entries) == 0 {
		return nil
	}
	chosen := picked(int64(len(entries)))
	for _, index := range chosen {
		raw, err := from.read(fmt.Sprintf("receipts/%d", index+1))
		if err != nil {
			return err
		}
		found, entry, err := checkProof(raw, key)
		if err != nil || found != index || !bytes.Equal(entry, entries[index]) {
			return fmt.Errorf("receipt of position %d: it proves another entry (%v)", index+1, err)
		}
	}
	fmt.Printf("ok %d receipts verified\n", len(chosen))
	return nil
}

func picked(size int64) []int64 {
	chosen := []int64{0, size - 1}
	for len(chosen) < samples {
		chosen = append(chosen, mathrand.Int63n(size))
	}
	return chosen
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

// --- Proofs in files -------------------------------------------------------------------------------------------------

func checkProofs(keyFile string, files []string) error {
	key, err := readVerifier(keyFile)
	if err != nil {
		return err
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		index, entry, err := checkProof(raw, key)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		fmt.Printf("ok %s: entry %d, %d bytes\n", file, index, len(entry))
	}
	return nil
}

// checkProof verifies a c2sp.org/tlog-proof@v1 whose extra line holds the entry.
func checkProof(raw []byte, key note.Verifier) (int64, []byte, error) {
	head, signed, _ := strings.Cut(string(raw), "\n\n")
	lines := strings.Split(head, "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return 0, nil, errors.New("it is no c2sp.org/tlog-proof@v1 with an entry inside")
	}
	entry, err := base64.StdEncoding.Strict().DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return 0, nil, err
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[2], "index "), 10, 64)
	if err != nil {
		return 0, nil, err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return 0, nil, err
		}
		proof = append(proof, hash)
	}
	tree, err := open([]byte(signed), key)
	if err != nil {
		return 0, nil, err
	}
	return index, entry, tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry))
}

// --- Writing a log ---------------------------------------------------------------------------------------------------

func writeLog(folder, origin string, sizes []string) error {
	secret, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return err
	}
	var hashes stored
	var history bytes.Buffer
	var bundle []byte
	written := int64(0)
	for _, text := range sizes {
		size, err := strconv.ParseInt(text, 10, 64)
		if err != nil || size <= written {
			return fmt.Errorf("%q is no size above %d", text, written)
		}
		before := written
		for ; written < size; written++ {
			entry := []byte(fmt.Sprintf("entry %d of a log that Go wrote", written))
			if err := hashes.grow(written, entry); err != nil {
				return err
			}
			bundle = append(binary.BigEndian.AppendUint16(bundle, uint16(len(entry))), entry...)
			if full := written%width == width-1; full || written == size-1 {
				t := tlog.Tile{H: height, L: -1, N: written / width, W: int(written%width) + 1}
				if err := write(folder, path(t), bundle); err != nil {
					return err
				}
				if full {
					bundle = nil
				}
			}
		}
		for _, t := range widest(tlog.NewTiles(height, before, size)) {
			data, err := tlog.ReadTileData(t, hashes)
			if err != nil {
				return err
			}
			if err := write(folder, path(t), data); err != nil {
				return err
			}
		}
		root, err := tlog.TreeHash(size, hashes)
		if err != nil {
			return err
		}
		signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%v\n", origin, size, root)}, signer)
		if err != nil {
			return err
		}
		line := json.NewEncoder(&history)
		line.SetEscapeHTML(false)
		if err := line.Encode(map[string]any{"size": size, "note": string(signed)}); err != nil {
			return err
		}
		if err := write(folder, "checkpoint", signed); err != nil {
			return err
		}
	}
	if err := write(folder, "checkpoints.jsonl", history.Bytes()); err != nil {
		return err
	}
	return write(folder, "log.vkey", []byte(public+"\n"))
}

func write(folder, path string, data []byte) error {
	file := filepath.Join(folder, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}
