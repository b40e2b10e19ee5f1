"""A log that grows, restarts and is asked for proofs, beside the recursive definition."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ledger.log import merkle, tiles
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.errors import Fork, InclusionRefused
from ledger.log.merkle import Frontier, leaf_hash
from ledger.log.note import SigningKey
from ledger.log.receipt import Receipt
from ledger.log.tiles import Tile, TileHashes, TileId
from ledger.log.verify import verify_checkpoint, verify_consistency, verify_growth, verify_inclusion, verify_receipt
from tests.ledger.log.oracle import Oracle

ORIGIN = "kommun.example/ledger"
KEY = SigningKey(ORIGIN, bytes(range(32)))


class GrowingLog(RuleBasedStateMachine):
    """Leaves go in in any portions; all that survives a restart is what a store would hold."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[bytes] = []
        self.oracle = Oracle([])
        self.frontier = Frontier()
        self.tiles: dict[TileId, bytes] = {}
        self.kept: list[bytes] = [self._sign()]

    @rule(more=st.integers(0, 40) | st.sampled_from([255, 256, 257, 600]))
    def append(self, more: int) -> None:
        new = [f"{len(self.entries) + number}".encode() for number in range(more)]
        growth = self.frontier.grow(merkle.leaf_hashes(new))
        for piece in tiles.written(growth):
            stored = self.tiles.get(piece.id, b"")
            assert len(stored) == 32 * piece.offset
            self.tiles[piece.id] = stored + piece.hashes
        self.frontier = growth.frontier
        self.entries += new
        self.oracle = Oracle(merkle.leaf_hashes(self.entries))

    @rule()
    def restart(self) -> None:
        self.frontier = Frontier.from_bytes(self.frontier.to_bytes())
        # Tiles go through their paths, as they do through a web server.
        published = {tile.path(): self._published(tile) for tile in tiles.tiles_of(len(self.entries))}
        read = {tiles.parse_path(path): octets for path, octets in published.items()}
        self.tiles = {
            TileId(tile.level, tile.number): octets for tile, octets in read.items() if tile.level is not None
        }

    @rule()
    def begin_anew_from_the_tiles_alone(self) -> None:
        size = len(self.entries)
        assert merkle.root(size, TileHashes(self.tiles)) == self.frontier.root()
        leaves = b"".join(self._published(tile) for tile in tiles.tiles_of(size) if tile.level == 0)
        assert Frontier().extend(merkle.split_hashes(leaves)) == self.frontier

    @rule()
    def keep_a_checkpoint(self) -> None:
        self.kept.append(self._sign())

    @rule(data=st.data())
    def prove_an_entry(self, data: st.DataObject) -> None:
        checkpoint = verify_checkpoint(data.draw(st.sampled_from(self.kept)), ORIGIN, [KEY.verifier])
        if not checkpoint.size:
            return
        index = data.draw(st.integers(0, checkpoint.size - 1))
        proof = merkle.inclusion_proof(index, checkpoint.size, TileHashes(self.tiles))
        assert list(proof) == self.oracle.path(index, 0, checkpoint.size)
        raw = Receipt(index, proof, sign_checkpoint(checkpoint, KEY), self.entries[index]).to_bytes()
        assert verify_receipt(raw, ORIGIN, [KEY.verifier]).position == index + 1
        other = data.draw(st.integers(0, checkpoint.size - 1))
        if other != index:
            try:
                verify_inclusion(leaf_hash(self.entries[other]), index, checkpoint.size, checkpoint.root, proof)
            except InclusionRefused:
                return
            message = "another entry was proved at this place"
            raise AssertionError(message)

    @rule(data=st.data())
    def prove_growth(self, data: st.DataObject) -> None:
        drawn = (data.draw(st.sampled_from(self.kept)), data.draw(st.sampled_from(self.kept)))
        old, new = sorted((verify_checkpoint(raw, ORIGIN, [KEY.verifier]) for raw in drawn), key=lambda head: head.size)
        proof = merkle.consistency_proof(old.size, new.size, TileHashes(self.tiles))
        assert list(proof) == self.oracle.proof(old.size, new.size)
        verify_growth(old, new, proof)

    @rule(data=st.data())
    def meet_a_fork(self, data: st.DataObject) -> None:
        head = verify_checkpoint(data.draw(st.sampled_from(self.kept)), ORIGIN, [KEY.verifier])
        if not head.size:
            return
        try:
            verify_consistency(head.size, head.root, head.size, leaf_hash(head.root), [])
        except Fork:
            return
        message = "a second root at one size passed"
        raise AssertionError(message)

    @invariant()
    def the_root_is_that_of_the_definition(self) -> None:
        assert self.frontier.size == len(self.entries)
        assert self.frontier.root() == self.oracle.mth(0, len(self.entries))

    def _published(self, tile: Tile) -> bytes:
        assert tile.level is not None
        return self.tiles[TileId(tile.level, tile.number)][: 32 * tile.width]

    def _sign(self) -> bytes:
        return sign_checkpoint(Checkpoint(ORIGIN, self.frontier.size, self.frontier.root()), KEY)


TestGrowingLog = GrowingLog.TestCase
TestGrowingLog.settings = settings(deadline=None, max_examples=30, stateful_step_count=20)
