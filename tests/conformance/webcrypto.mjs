// Checks a C2SP tlog-tiles log with nothing but WebCrypto and fetch, as a page in a browser would.
//
//   node webcrypto.mjs URL VKEY POSITION [OLD_SIZE OLD_ROOT]
//
// It verifies the key's own id, the Ed25519 signature of /checkpoint, that the entry at POSITION is included, and, where an
// older head is given (its size, and its root in base64), that the log has only grown since.

const WIDTH = 256;
const [url, vkey, position, oldSize, oldRoot] = process.argv.slice(2);
const text = new TextEncoder();

const octets = (encoded) => {
  const found = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
  if (btoa(String.fromCharCode(...found)) !== encoded) throw new Error(`base64 in another spelling: ${encoded}`);
  return found;
};
const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
const same = (a, b) => a.length === b.length && a.every((octet, at) => octet === b[at]);
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
const leafHash = (entry) => sha256([0], entry);
const nodeHash = (left, right) => sha256([1], left, right);

async function get(path) {
  const answer = await fetch(`${url}/${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${(await answer.text()).trim()}`);
  return new Uint8Array(await answer.arrayBuffer());
}

// --- Key and checkpoint (C2SP signed-note, tlog-checkpoint) ----------------------------------------------------------
async function keyOf(line) {
  const [name, id, ...rest] = line.split("+");
  const typed = octets(rest.join("+"));
  const wanted = (await sha256(text.encode(`${name}\n`), typed)).slice(0, 4);
  if (id !== [...wanted].map((octet) => octet.toString(16).padStart(2, "0")).join("")) throw new Error("the key's id is false");
  if (typed[0] !== 1 || typed.length !== 33) throw new Error("it is no Ed25519 key");
  return { name, id: wanted, key: await crypto.subtle.importKey("raw", typed.slice(1), "Ed25519", false, ["verify"]) };
}

async function headOf(note, { name, id, key }) {
  const end = note.lastIndexOf("\n\n") + 1;
  const body = note.slice(0, end);
  let signed = false;
  for (const line of note.slice(end + 1).split("\n").filter((each) => each.startsWith(`— ${name} `))) {
    const blob = octets(line.split(" ")[2]);
    if (!same(blob.slice(0, 4), id)) continue;
    if (!(await crypto.subtle.verify("Ed25519", key, blob.slice(4), text.encode(body)))) throw new Error("a false signature");
    signed = true;
  }
  const [origin, size, root] = body.split("\n");
  if (!signed || origin !== name) throw new Error("the checkpoint is not signed by this log's key");
  return { size: Number(size), root: octets(root) };
}

// --- Hashes out of tiles (C2SP tlog-tiles) ---------------------------------------------------------------------------
const groups = (number) => {
  const digits = String(number).padStart(Math.ceil(String(number).length / 3) * 3, "0").match(/.{3}/g);
  return [...digits.slice(0, -1).map((group) => `x${group}`), digits.at(-1)].join("/");
};
const fetched = new Map();

async function tile(kind, level, number, size) {
  const width = Math.min(WIDTH, Math.floor(size / WIDTH ** level) - number * WIDTH);
  const path = `tile/${kind}/${groups(number)}${width < WIDTH ? `.p/${width}` : ""}`;
  if (!fetched.has(path)) fetched.set(path, await get(path));
  return fetched.get(path);
}

// The hash of the leaves [start, end): read where it stands in a tile, else of its two halves (RFC 6962, section 2.1).
async function treeHash(start, end, size) {
  const count = end - start;
  for (let level = 0, span = 1; span <= count; level += 1, span *= WIDTH) {
    if (span === count && start % span === 0) {
      const index = start / span;
      const row = await tile(level, level, Math.floor(index / WIDTH), size);
      return row.slice((index % WIDTH) * 32, (index % WIDTH) * 32 + 32);
    }
  }
  const half = 2 ** (Math.ceil(Math.log2(count)) - 1);
  return nodeHash(await treeHash(start, start + half, size), await treeHash(start + half, end, size));
}

async function entryAt(index, size) {
  const bundle = await tile("entries", 0, Math.floor(index / WIDTH), size);
  let at = 0;
  for (let skip = index % WIDTH; skip > 0; skip -= 1) at += 2 + bundle[at] * 256 + bundle[at + 1];
  return bundle.slice(at + 2, at + 2 + bundle[at] * 256 + bundle[at + 1]);
}

// --- Proofs (RFC 6962, sections 2.1.1 and 2.1.2), made from the tiles and checked against the signed root ------------
async function rootThrough(index, leaf, start, end, size) {
  if (end - start === 1) return leaf;
  const half = start + 2 ** (Math.ceil(Math.log2(end - start)) - 1);
  return index < half
    ? nodeHash(await rootThrough(index, leaf, start, half, size), await treeHash(half, end, size))
    : nodeHash(await treeHash(start, half, size), await rootThrough(index, leaf, half, end, size));
}

const key = await keyOf(vkey);
const head = await headOf(new TextDecoder().decode(await get("checkpoint")), key);
const entry = await entryAt(Number(position) - 1, head.size);
const root = await rootThrough(Number(position) - 1, await leafHash(entry), 0, head.size, head.size);
if (!same(root, head.root)) throw new Error(`the entry at position ${position} is not in the signed tree`);
if (oldSize) {
  const before = await treeHash(0, Number(oldSize), head.size);
  const now = await treeHash(0, head.size, head.size);
  if (!same(before, octets(oldRoot)) || !same(now, head.root)) throw new Error(`the log does not extend its tree of ${oldSize}`);
}
console.log(JSON.stringify({ size: head.size, position: Number(position), bytes: entry.length, extends: Number(oldSize ?? 0) }));
