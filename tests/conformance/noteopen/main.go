// Noteopen opens notes with golang.org/x/mod/sumdb/note and says of each what it took it for.
//
// Arguments are verifier keys. Each line of the input is a note in base64; each line of the
// output is "ok", the text in base64 and the number of checked signatures, or "no".
package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"log"
	"os"

	"golang.org/x/mod/sumdb/note"
)

func main() {
	var keys []note.Verifier
	for _, vkey := range os.Args[1:] {
		key, err := note.NewVerifier(vkey)
		if err != nil {
			log.Fatal(err)
		}
		keys = append(keys, key)
	}
	known := note.VerifierList(keys...)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for lines.Scan() {
		raw, err := base64.StdEncoding.DecodeString(lines.Text())
		if err != nil {
			log.Fatal(err)
		}
		opened, err := note.Open(raw, known)
		if err != nil {
			fmt.Fprintln(out, "no")
			continue
		}
		text := base64.StdEncoding.EncodeToString([]byte(opened.Text))
		fmt.Fprintln(out, "ok", text, len(opened.Sigs))
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}
