// Reads a published log and its receipts with golang.org/x/mod/sumdb (note, tlog), the library
// that Go's checksum database is read with: nothing of Shisu has a part in it.
//
//	main -dir PUBLISHED -vkey NAME+HASH+KEY -receipts FOLDER
//
// It says in JSON how much it has checked, or ends with status 1 and what does not hold.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// tileHeight is the height that C2SP tlog-tiles fixes.
const tileHeight = 8

// checked counts what was found to hold.
type checked struct {
	Size     int64 `json:"size"`
	Tiles    int64 `json:"tiles"`
	Entries  int64 `json:"entries"`
	Records  int64 `json:"records"`
	Trees    int64 `json:"trees"`
	Receipts int64 `json:"receipts"`
}

func main() {
	dir := flag.String("dir", "", "folder of the published log")
	vkey := flag.String("vkey", "", "key of the log")
	receipts := flag.String("receipts", "", "folder of receipts (C2SP tlog-proof)")
	flag.Parse()
	done, err := run(*dir, *vkey, *receipts)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(done); err != nil {
		os.Exit(1)
	}
}

func run(dir, vkey, receipts string) (*checked, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return nil, err
	}
	tree, err := open(text, verifier)
	if err != nil {
		return nil, err
	}
	done := &checked{Size: tree.N}
	reader := tlog.TileHashReader(tree, &tiles{dir: dir, done: done})
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil {
		return nil, err
	}
	if root != tree.Hash {
		return nil, errors.New("the tiles do not give the signed root")
	}
	leaves, err := entries(dir, tree, reader, done)
	if err != nil {
		return nil, err
	}
	if err := records(tree, leaves, reader, done); err != nil {
		return nil, err
	}
	if err := trees(tree, leaves, reader, done); err != nil {
		return nil, err
	}
	return done, receiptsHold(receipts, tree, verifier, leaves, reader, done)
}

// open checks the signature of a checkpoint and reads its three lines.
func open(text []byte, verifier note.Verifier) (tlog.Tree, error) {
	var tree tlog.Tree
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return tree, fmt.Errorf("a checkpoint of %d lines", len(lines))
	}
	if lines[0] != verifier.Name() {
		return tree, fmt.Errorf("the origin %q is not %q", lines[0], verifier.Name())
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// tiles reads tiles of hashes from a folder.
type tiles struct {
	dir  string
	done *checked
}

func (t *tiles) Height() int { return tileHeight }

// path gives the C2SP path of a tile: Go's without the height, which C2SP fixes.
func path(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
}

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range wanted {
		found, err := os.ReadFile(filepath.Join(t.dir, path(tile)))
		if err != nil {
			return nil, err
		}
		data = append(data, found)
	}
	return data, nil
}

// SaveTiles is called with tiles that were found to be of the tree.
func (t *tiles) SaveTiles(found []tlog.Tile, data [][]byte) { t.done.Tiles += int64(len(found)) }

// entries reads every bundle of entries and compares each entry with its leaf in the tree.
func entries(dir string, tree tlog.Tree, reader tlog.HashReader, done *checked) ([]tlog.Hash, error) {
	var leaves []tlog.Hash
	for first := int64(0); first < tree.N; first += 1 << tileHeight {
		width := tree.N - first
		if width > 1<<tileHeight {
			width = 1 << tileHeight
		}
		tile := tlog.Tile{H: tileHeight, L: 0, N: first >> tileHeight, W: int(width)}
		name := strings.Replace(path(tile), "tile/0/", "tile/entries/", 1)
		bundle, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		var indices []int64
		for at := int64(0); at < width; at++ {
			if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("%s is cut short", name)
			}
			length := int(binary.BigEndian.Uint16(bundle))
			leaves = append(leaves, tlog.RecordHash(bundle[2:2+length]))
			bundle = bundle[2+length:]
			indices = append(indices, tlog.StoredHashIndex(0, first+at))
		}
		if len(bundle) != 0 {
			return nil, fmt.Errorf("%s goes on after its last entry", name)
		}
		hashes, err := reader.ReadHashes(indices)
		if err != nil {
			return nil, err
		}
		for at, hash := range hashes {
			if leaves[first+int64(at)] != hash {
				return nil, fmt.Errorf("entry %d is not the leaf", first+int64(at))
			}
			done.Entries++
		}
	}
	return leaves, nil
}

// records proves entries to be in the tree, from the tiles.
func records(tree tlog.Tree, leaves []tlog.Hash, reader tlog.HashReader, done *checked) error {
	for index := int64(0); index < tree.N; index += 7 {
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaves[index]); err != nil {
			return fmt.Errorf("record %d: %w", index, err)
		}
		done.Records++
	}
	return nil
}

// trees proves that the tree continues smaller ones, whose roots come from the entries alone.
func trees(tree tlog.Tree, leaves []tlog.Hash, reader tlog.HashReader, done *checked) error {
	var stored []tlog.Hash
	own := tlog.HashReaderFunc(func(indices []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indices {
			found = append(found, stored[index])
		}
		return found, nil
	})
	for size := int64(1); size <= tree.N; size++ {
		hashes, err := tlog.StoredHashesForRecordHash(size-1, leaves[size-1], own)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
		if size%97 != 0 && size != tree.N {
			continue
		}
		root, err := tlog.TreeHash(size, own)
		if err != nil {
			return err
		}
		proof, err := tlog.ProveTree(tree.N, size, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, size, root); err != nil {
			return fmt.Errorf("tree of %d: %w", size, err)
		}
		done.Trees++
	}
	return nil
}

// receiptsHold checks receipts as their holder would: signature, inclusion, and that the log
// published since then continues the tree of the receipt.
func receiptsHold(folder string, tree tlog.Tree, verifier note.Verifier, leaves []tlog.Hash, reader tlog.HashReader, done *checked) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.tlog-proof"))
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if err := receiptHolds(text, tree, verifier, leaves, reader); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		done.Receipts++
	}
	return nil
}

func receiptHolds(text []byte, tree tlog.Tree, verifier note.Verifier, leaves []tlog.Hash, reader tlog.HashReader) error {
	head, checkpoint, found := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("no tlog-proof")
	}
	if !strings.HasPrefix(lines[1], "index ") {
		return errors.New("no index")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil || index < 0 || index >= int64(len(leaves)) {
		return errors.New("no index")
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(hash) != tlog.HashSize {
			return errors.New("a line of the proof is no hash")
		}
		proof = append(proof, *(*tlog.Hash)(hash))
	}
	then, err := open(checkpoint, verifier)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, then.N, then.Hash, index, leaves[index]); err != nil {
		return err
	}
	continues, err := tlog.ProveTree(tree.N, then.N, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(continues, tree.N, tree.Hash, then.N, then.Hash)
}
