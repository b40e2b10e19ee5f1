// Checks in the reader's own browser what this ledger claims: that an event is in its log, that the log's key signed
// the log's head, and that the log has only grown since this browser was here last. WebCrypto alone, no dependency.
// Formats: c2sp.org/tlog-proof, tlog-checkpoint, signed-note, tlog-tiles; hashes and trees: RFC 9162 section 2.1.

export class Unreachable extends Error {}

const LEAF = Uint8Array.of(0), NODE = Uint8Array.of(1), WIDTH = 256, RECEIPT_MAX = 2e6, FIGURE_EVENTS = 25;
const utf8 = text => new TextEncoder().encode(text);
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
const hex = bytes => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
const base64 = bytes => btoa(String.fromCharCode(...bytes));

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest('SHA-256', joined(...parts)));
const node = (left, right) => sha256(NODE, left, right);
export const leafHash = entry => sha256(LEAF, entry);

// Base64 has one spelling here; null for any other.
export function decoded(text) {
  try {
    const raw = atob(text);
    return btoa(raw) === text ? Uint8Array.from(raw, mark => mark.charCodeAt(0)) : null;
  } catch { return null; }
}
const number = text => /^(0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(+text) ? +text : null;

// --- Receipts, keys, heads: null for what does not follow its format -----------------------------
export function readReceipt(text) {
  const gap = text.indexOf('\n\n');
  if (gap < 0 || text.length > RECEIPT_MAX) return null;
  const [version, ...lines] = text.slice(0, gap).split('\n');
  const extra = lines[0]?.startsWith('extra ') ? decoded(lines.shift().slice(6)) : null;
  const index = lines[0]?.startsWith('index ') ? number(lines.shift().slice(6)) : null;
  const path = lines.map(decoded);
  const fits = version === 'c2sp.org/tlog-proof@v1' && extra && index !== null && path.length < 64;
  return fits && path.every(hash => hash?.length === 32) ? { entry: extra, index, path, note: text.slice(gap + 2) } : null;
}

export async function readKeys(text) {
  const keys = [];
  for (const line of text.trim().split('\n')) {
    const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(line) ?? [];
    const key = encoded && decoded(encoded);
    if (!key) return null;
    if (hex((await sha256(utf8(name + '\n'), key)).slice(0, 4)) !== id) return null;
    if (key[0] === 1 && key.length === 33) keys.push({ name, id, key: key.slice(1) });
  }
  return keys;
}

export function readHead(note) {
  const gap = note.lastIndexOf('\n\n'), body = note.slice(0, gap + 1), [origin, size, root] = body.split('\n');
  const head = { origin, size: number(size ?? ''), root: decoded(root ?? ''), body, lines: [] };
  for (const line of gap < 0 || !note.endsWith('\n') ? [] : note.slice(gap + 2, -1).split('\n')) {
    const [, name, encoded] = /^— ([^\s+]+) (\S+)$/.exec(line) ?? [], bytes = encoded && decoded(encoded);
    if (!bytes || bytes.length < 5) return null;
    head.lines.push({ name, id: hex(bytes.slice(0, 4)), signature: bytes.slice(4) });
  }
  return head.lines.length && head.size !== null && head.root?.length === 32 ? head : null;
}

// Every line of a known key must fit, and there must be one. Throws where the browser has no Ed25519.
export async function isSigned(head, keys, origin) {
  let fitting = 0;
  for (const { name, id, signature } of head.lines) {
    const known = keys.find(key => key.name === name && key.id === id && name === origin);
    if (!known) continue;
    const key = await crypto.subtle.importKey('raw', known.key, { name: 'Ed25519' }, false, ['verify']);
    if (!await crypto.subtle.verify('Ed25519', key, signature, utf8(head.body))) return false;
    fitting++;
  }
  return fitting > 0 && head.origin === origin;
}

// --- The tree ------------------------------------------------------------------------------------
// The root that a path leads to, null where the path is too long or too short (RFC 9162 section 2.1.3.2).
export async function rootOf(leaf, index, size, path) {
  let last = size - 1, found = leaf;
  if (index > last) return null;
  const up = () => { index = Math.floor(index / 2); last = Math.floor(last / 2); };
  for (const step of path) {
    if (!last) return null;
    if (index % 2 || index === last) {
      found = await node(step, found);
      while (index % 2 === 0 && index) up();
    } else found = await node(found, step);
    up();
  }
  return last ? null : found;
}

export function tilePath(level, at, size) {
  const left = Math.floor(size / WIDTH ** level) - at * WIDTH, digits = String(at);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g), last = groups.pop();
  return `/tile/${level}/${groups.map(group => `x${group}/`).join('')}${last}${left < WIDTH ? `.p/${left}` : ''}`;
}

// The root at `old` and the root at `size`, both from the same hashes of the tiles: what they share is not changed.
export async function roots(old, size, tile) {
  const kept = new Map();
  async function stored(level, at) {
    const path = tilePath(level, Math.floor(at / WIDTH), size);
    if (!kept.has(path)) kept.set(path, await tile(path));
    const hash = kept.get(path).slice(at % WIDTH * 32, (at % WIDTH + 1) * 32);
    if (hash.length !== 32) throw new Unreachable(path);
    return hash;
  }
  const half = count => { let k = 1; while (k * 2 < count) k *= 2; return k; };
  async function hashOf(from, count) {
    const height = Math.log2(count);
    if (Number.isInteger(height) && height % 8 === 0) return stored(height / 8, from / count);
    const k = half(count);
    return node(await hashOf(from, k), await hashOf(from + k, count - k));
  }
  async function both(from, count, before) {
    if (before === count) { const hash = await hashOf(from, count); return [hash, hash]; }
    const k = half(count);
    if (before <= k) {
      const [was, is] = await both(from, k, before);
      return [was, await node(is, await hashOf(from + k, count - k))];
    }
    const left = await hashOf(from, k), [was, is] = await both(from + k, count - k, before - k);
    return [await node(left, was), await node(left, is)];
  }
  return both(0, size, old);
}

// How a head follows from an older one: 'same', 'grown', 'shrunk' or 'forked'.
export async function growth(old, head, tile) {
  if (old.size > head.size) return 'shrunk';
  if (old.size === head.size) return same(old.root, head.root) ? 'same' : 'forked';
  if (old.size === 0) return 'grown';
  const [was, is] = await roots(old.size, head.size, tile);
  return same(was, old.root) && same(is, head.root) ? 'grown' : 'forked';
}

// --- One event -----------------------------------------------------------------------------------
// Each step true, false, or null where an earlier one left nothing to check. `kept` is the head seen last, `growth` what came of it.
export async function check({ receipt, keys, newest, position, origin, leaf, kept, tile }) {
  const said = { leaf: null, path: null, head: null, growth: null };
  const proof = readReceipt(receipt), known = await readKeys(keys), head = proof && readHead(proof.note);
  const fingerprint = proof && await leafHash(proof.entry);
  said.leaf = !!proof && proof.index === position - 1 && (!leaf || hex(fingerprint) === leaf);
  if (!proof) return said;
  Object.assign(said, { fingerprint: hex(fingerprint), hashes: proof.path.length });
  const root = head && await rootOf(fingerprint, proof.index, head.size, proof.path);
  said.path = !!root && same(root, head.root);
  const latest = newest === null ? head : readHead(newest);
  said.head = !!head && !!latest && !!known && await isSigned(head, known, origin) && await isSigned(latest, known, origin);
  if (!said.head) return said;
  const top = latest.size > head.size ? latest : head;
  Object.assign(said, { top, size: top.size, since: kept?.size, growth: 'first' });
  try {
    for (const older of [head, latest, ...kept ? [kept] : []]) {
      const found = await growth(older, top, tile);
      if (older === kept || found === 'forked') said.growth = found;
      if (found === 'forked') break;
    }
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    said.growth = 'unproved';
  }
  return said;
}

// --- The page ------------------------------------------------------------------------------------
async function fetched(address) {
  const answer = await fetch(address, { cache: 'no-store', credentials: 'omit' }).catch(() => null);
  if (!answer?.ok) throw new Unreachable(address);
  return answer;
}
const asText = async address => (await fetched(address)).text();

function remembered(origin, head) {
  const name = `liggare ${origin}`;
  try {
    if (head) return void localStorage.setItem(name, JSON.stringify({ size: head.size, root: base64(head.root) }));
    const { size, root } = JSON.parse(localStorage.getItem(name));
    return number(String(size)) === null || decoded(root)?.length !== 32 ? null : { size, root: decoded(root) };
  } catch { return null; }
}

async function checked(box, position, leaf) {
  const { at, origin } = box.dataset;
  const [receipt, keys, newest] = await Promise.all([`/receipts/${position}`, '/log.vkeys', '/checkpoint'].map(path => asText(at + path)));
  const tile = async path => new Uint8Array(await (await fetched(at + path)).arrayBuffer());
  const said = await check({ receipt, keys, newest, position, origin, leaf, kept: remembered(origin), tile });
  const good = said.leaf && said.path && said.head && ['first', 'same', 'grown'].includes(said.growth);
  if (good) remembered(origin, said.top);
  return { ...said, good };
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]?.toLocaleString(document.documentElement.lang) ?? '');

async function run(box) {
  const { dataset } = box, result = box.querySelector('[data-result]');
  const said = await checked(box, +dataset.position, dataset.fingerprint);
  for (const line of box.querySelectorAll('[data-step]')) {
    const step = line.dataset.step, value = said[step];
    const good = step === 'growth' ? value && !['shrunk', 'forked', 'unproved'].includes(value) : value;
    line.className = good ? 'y' : value === null || value === 'unproved' ? '' : 'x';
    line.querySelector('.m').textContent = good ? '✓' : value === null || value === 'unproved' ? '–' : '✗';
    const name = step === 'growth' && value ? value : value === null ? 'unchecked' : good ? step : `bad${step}`;
    line.querySelector('small').textContent = filled(dataset[name], said);
  }
  box.querySelector('[data-steps]').hidden = false;
  const alarm = said.growth === 'shrunk' || said.growth === 'forked';
  const half = said.growth === 'unproved' && said.leaf && said.path;
  const verdict = said.good ? 'good' : alarm ? 'alarm' : half ? 'half' : 'bad';
  result.textContent = filled(dataset[verdict], said);
  box.dataset.verified = verdict;
}

async function count(box) {
  const listed = await (await fetched(box.dataset.events)).json(), said = { count: listed.count, good: 0, tried: 0 };
  const left = listed.events;
  while (left.length && said.tried < FIGURE_EVENTS) {
    // Whoever answers cannot know beforehand which ones are looked at.
    const [{ position }] = left.splice(crypto.getRandomValues(new Uint32Array(1))[0] % left.length, 1);
    said.tried++;
    if ((await checked(box, position)).good) said.good++;
  }
  const verdict = said.good < said.tried ? 'bad' : said.tried ? 'good' : 'none';
  box.querySelector('[data-result]').textContent = filled(box.dataset[verdict === 'good' && !listed.count_is_exact ? 'many' : verdict], said);
  box.dataset.verified = verdict;
}

if (typeof document !== 'undefined') {
  for (const box of document.querySelectorAll('[data-verify]')) {
    const button = box.querySelector('button');
    button.hidden = false;
    button.addEventListener('click', async () => {
      button.disabled = true;
      await (box.dataset.events ? count : run)(box).catch(error => {
        const why = error instanceof Unreachable ? 'unreachable' : 'unable';
        box.querySelector('[data-result]').textContent = box.dataset[why];
        box.dataset.verified = why;
      });
      button.disabled = false;
    });
  }
}
