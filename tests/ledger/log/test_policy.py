"""Policies: exactly what C2SP tlog-policy allows, and quorums counted as it says."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log.cosignature import Ed25519CosigningKey, MlDsaSigningKey
from ledger.log.errors import MalformedPolicy
from ledger.log.keys import encode_base64
from ledger.log.note import SigningKey
from ledger.log.policy import ENTRIES_MAX, POLICY_MAX, Group, Policy, TrustedLog, TrustedWitness, label, witnessed

LOG = SigningKey("kommun.example/ledger", bytes(32)).verifier
ML_LOG = MlDsaSigningKey("kommun.example/ledger", bytes(32)).verifier
ED = [Ed25519CosigningKey(f"witness.example/{n}", bytes([n]) * 32).verifier for n in range(1, 8)]
ML = MlDsaSigningKey("witness.example/ml", bytes([9]) * 32).verifier
NAMES = ("X1", "X2", "X3", "Y1", "Y2", "Y3")

# The example of C2SP tlog-policy, its elided keys filled in.
EXAMPLE = f"""\
log {LOG.format()}

witness X1 {ED[0].format()}
witness X2 {ED[1].format()}
witness X3 {ED[2].format()}
group X-witnesses 2 X1 X2 X3

witness Y1 {ED[3].format()}
witness Y2 {ED[4].format()}
witness Y3 {ED[5].format()}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def test_the_example_of_the_specification_means_what_it_says() -> None:
    policy = Policy.parse(EXAMPLE.encode())
    assert [log.verifier for log in policy.logs] == [LOG]
    assert [witness.label for witness in policy.witnesses] == list(NAMES)
    assert policy.groups[0] == Group(b"X-witnesses", 2, (b"X1", b"X2", b"X3"))
    assert policy.quorum == b"X-and-Y"
    for chosen in range(1 << len(NAMES)):
        names = {name for bit, name in enumerate(NAMES) if chosen >> bit & 1}
        enough = len(names & {"X1", "X2", "X3"}) >= 2 and bool(names & {"Y1", "Y2", "Y3"})
        assert witnessed(policy, {name.encode() for name in names}) is enough
    assert Policy.parse(policy.to_bytes()) == policy


def test_a_quorum_may_be_nobody_or_one_witness() -> None:
    assert Policy.parse(b"quorum none\n") == Policy()
    assert witnessed(Policy(), [])
    one = Policy.parse(f"witness W {ML.format()} https://w.example/\nquorum W\n".encode())
    assert one.witnesses == (TrustedWitness(b"W", ML, "https://w.example/"),)
    assert witnessed(one, [b"W"])
    assert not witnessed(one, [])
    assert not witnessed(one, [b"w", b"quorum", b"none"])
    assert not witnessed(Policy(quorum=b"nobody defined it"), [b"nobody defined it"])


def test_whitespace_comments_and_octets_are_read_as_they_are() -> None:
    raw = (
        b"\t # a comment \xff\n\n \t\n  witness\t\xe2\x84\xaa  "
        + ED[0].format().encode()
        + b" \t\nquorum \xe2\x84\xaa\t\n#"
    )
    policy = Policy.parse(raw + b"\n")
    assert policy.quorum == "\u212a".encode()
    assert not witnessed(policy, [b"K"])  # the Kelvin sign is not a K
    assert Policy.parse(policy.to_bytes()) == policy
    odd = f"witness \N{LATIN SMALL LETTER A WITH RING ABOVE} {ED[0].format()} ".encode() + b"h\xff://\nquorum none\n"
    assert Policy.parse(odd).witnesses[0].url == "h\udcff://"
    assert Policy.parse(odd).to_bytes() == odd


def test_a_name_is_shown_without_what_no_terminal_should_print() -> None:
    assert label("grannen å".encode()) == "grannen å"
    assert label(b"\xff\x1b") == r"\xff\x1b"
    assert label("a\u202eb".encode()) == r"a\u202eb"


@given(st.binary() | st.text().map(lambda text: text.encode(errors="replace")))
def test_any_name_can_be_shown(name: bytes) -> None:
    assert label(name).isprintable()


@pytest.mark.parametrize("origin", ["kommun.example/ledger", "å.example"])
def test_a_log_may_have_keys_of_both_types(origin: str) -> None:
    keys = SigningKey(origin, bytes(32)).verifier, MlDsaSigningKey(origin, bytes(32)).verifier
    policy = Policy(tuple(TrustedLog(key, "https://kommun.example/") for key in keys))
    assert Policy.parse(policy.to_bytes()) == policy


W1, W2 = (f"witness {name} {key.format()}" for name, key in (("W1", ED[0]), ("W2", ED[1])))
AGAIN = Ed25519CosigningKey("another.name", bytes([1]) * 32).verifier.format()
REFUSED = {
    "nothing": ("", "no quorum line"),
    "no quorum": (f"log {LOG.format()}\n", "no quorum line"),
    "no last newline": ("quorum none", "last line does not end in a newline"),
    "two quorums": ("quorum none\nquorum none\n", "line 2 of the policy: the quorum is defined a second time"),
    "two different quorums": (f"{W1}\nquorum W1\nquorum none\n", "line 3 of the policy: the quorum is defined"),
    "quorum before its witness": (f"quorum W1\n{W1}\n", "line 1 of the policy: 'W1' is no witness or group of a line"),
    "quorum of nothing": ("quorum\n", "a quorum line has other items"),
    "quorum of two": (f"{W1}\n{W2}\nquorum W1 W2\n", "line 3 of the policy: a quorum line has other items"),
    "carriage return": ("quorum none\r\n", "line 1 of the policy: octet 0x0d is not allowed"),
    "null": ("#\n#\0\nquorum none\n", "line 2 of the policy: octet 0x00"),
    "delete": ("# \x7f\nquorum none\n", "octet 0x7f"),
    "unknown line": ("logs\nquorum none\n", "line 1 of the policy: it defines no log"),
    "capitals": ("Quorum none\n", "it defines no log"),
    "log without a key": ("log\nquorum none\n", "a log line has other items"),
    "log with two addresses": (f"log {LOG.format()} a b\nquorum none\n", "a log line has other items"),
    "malformed key": (f"log {LOG.format()[:-1]}\nquorum none\n", "line 1 of the policy: its base64"),
    "key of a type nothing checks": (
        f"log x+00000000+{encode_base64(bytes([2]) * 33)}\nquorum none\n",
        "line 1 of the policy: its type is 0x02",
    ),
    "log with a witness' key": (f"log {ED[0].format()}\nquorum none\n", "type 0x04, which is a witness'"),
    "witness with a log's key": (f"witness W {LOG.format()}\nquorum none\n", "does not cosign with a key of type 0x01"),
    "the same log twice": (
        f"log {LOG.format()}\nlog {LOG.format()}\nquorum none\n",
        "line 2 of the policy: another log",
    ),
    "the same key for two logs": (
        f"log {LOG.format()}\nlog {SigningKey('other', bytes(32)).verifier.format()}\nquorum none\n",
        "another log has the same key",
    ),
    "the same key for two witnesses": (f"{W1}\nwitness W2 {AGAIN}\nquorum none\n", "another witness has the same key"),
    "two witnesses of one name": (f"{W1}\nwitness W1 {ED[1].format()}\nquorum none\n", "'W1' is defined already"),
    "a witness called none": (f"witness none {ED[0].format()}\nquorum none\n", "'none' is defined already"),
    "a group called none": (f"{W1}\ngroup none any W1\nquorum none\n", "'none' is defined already"),
    "a group called like a witness": (f"{W1}\n{W2}\ngroup W1 any W2\nquorum none\n", "'W1' is defined already"),
    "none as a member": (f"{W1}\ngroup G any W1 none\nquorum none\n", "'none' is no witness"),
    "a group of itself": (f"{W1}\ngroup G any W1 G\nquorum none\n", "'G' is no witness or group of a line above"),
    "a member defined later": (f"group G any W1\n{W1}\nquorum G\n", "line 1 of the policy: 'W1' is no witness"),
    "a member twice": (f"{W1}\n{W2}\ngroup G 2 W1 W1\nquorum G\n", "'W1' is listed as a member a second time"),
    "a member of two groups": (
        f"{W1}\ngroup G any W1\ngroup H any W1\nquorum G\n",
        "line 3 of the policy: 'W1' is listed",
    ),
    "a group of nobody": ("group G all\nquorum G\n", "line 1 of the policy: the group has no members"),
    **{
        f"threshold {wrong}": (f"{W1}\n{W2}\ngroup G {wrong} W1 W2\nquorum G\n", "line 3 of the policy: .* neither any")
        for wrong in ("0", "3", "-1", "+1", "01", "1.0", "ALL", "most", "²", "1" * 5000)
    },
    "a key that is not UTF-8": ("log \udcff+00000000+AAAA\nquorum none\n", "its key is not UTF-8"),
    "too long": ("#" * POLICY_MAX + "\n", "above"),
    "too many logs": (
        "".join(f"log {SigningKey('l', n.to_bytes(32)).verifier.format()}\n" for n in range(ENTRIES_MAX + 1)),
        "more than 256 logs",
    ),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_the_specification_forbids_is_refused_by_line(text: str, reason: str) -> None:
    with pytest.raises(MalformedPolicy, match=reason) as refused:
        Policy.parse(text.encode(errors="surrogateescape"))
    assert len(str(refused.value)) < 500


def test_as_many_entries_as_the_limit_says_are_read() -> None:
    keys = [MlDsaSigningKey(f"w.example/{n}", bytes([n]) * 32).verifier for n in range(ENTRIES_MAX)]
    witnesses = tuple(TrustedWitness(f"W{n}".encode(), key) for n, key in enumerate(keys))
    groups = tuple(Group(f"G{n}".encode(), 1, (f"W{n}".encode(),)) for n in range(ENTRIES_MAX - 1))
    last = Group(b"all", len(groups), tuple(group.name for group in groups))
    policy = Policy((), witnesses, (*groups, last), b"all")
    assert Policy.parse(policy.to_bytes()) == policy
    assert witnessed(policy, {witness.name for witness in witnesses})
    assert not witnessed(policy, {witness.name for witness in witnesses[1:]})


@pytest.mark.parametrize(
    "policy",
    [
        Policy(quorum=b"W"),
        Policy(quorum=b"none"),
        Policy(witnesses=(TrustedWitness(b"a b", ED[0]),)),
        Policy(witnesses=(TrustedWitness(b"", ED[0]),)),
        Policy(witnesses=(TrustedWitness(b"W", ED[0], "http://a b"),)),
        Policy(witnesses=(TrustedWitness(b"W", ED[0], ""),)),
        Policy(witnesses=(TrustedWitness(b"W", ED[0]),), groups=(Group(b"G", 2, (b"W",)),)),
        Policy(groups=(Group(b"G", 1, (b"H",)),)),
    ],
)
def test_a_policy_that_would_be_read_otherwise_is_not_written(policy: Policy) -> None:
    with pytest.raises(MalformedPolicy):
        policy.to_bytes()


# --- Quorums against the definition, written down literally -------------------
@st.composite
def policies(draw: st.DrawFn) -> Policy:
    count = draw(st.integers(1, len(ED)))
    free = [f"W{n}".encode() for n in range(count)]
    witnesses = tuple(TrustedWitness(name, key) for name, key in zip(free, ED, strict=False))
    groups: list[Group] = []
    for number in range(draw(st.integers(0, 4))):
        members = draw(st.lists(st.sampled_from(free), min_size=1, unique=True)) if free else []
        if not members:
            break
        free = [name for name in free if name not in members]
        groups.append(Group(f"G{number}".encode(), draw(st.integers(1, len(members))), tuple(members)))
        free.append(groups[-1].name)
    names = [witness.name for witness in witnesses] + [group.name for group in groups]
    return Policy((), witnesses, tuple(groups), draw(st.sampled_from(names)))


def holds(policy: Policy, name: bytes, names: Sequence[bytes]) -> bool:
    for group in policy.groups:
        if group.name == name:
            return sum(holds(policy, member, names) for member in group.members) >= group.threshold
    return name in names


@settings(deadline=None)
@given(st.data(), policies())
def test_a_quorum_is_what_the_definition_says_and_grows_with_its_witnesses(data: st.DataObject, policy: Policy) -> None:
    assert Policy.parse(policy.to_bytes()) == policy
    names = data.draw(st.lists(st.sampled_from([witness.name for witness in policy.witnesses])))
    assert policy.quorum is not None
    assert witnessed(policy, names) is holds(policy, policy.quorum, names)
    if witnessed(policy, names):
        assert witnessed(policy, {*names, policy.witnesses[0].name})
    assert not witnessed(policy, [])


pieces = st.sampled_from(
    [
        b"log",
        b"witness",
        b"group",
        b"quorum",
        b"none",
        b"all",
        b"any",
        b"1",
        b"2",
        b" ",
        b"\t",
        b"\n",
        b"#",
        b"W1",
        b"W2",
        ED[0].format().encode(),
        ED[1].format().encode(),
        LOG.format().encode(),
        W1.encode() + b"\n",
        b"\r",
        b"\xff",
    ]
)


@given(st.binary() | st.lists(pieces, max_size=30).map(b" ".join) | st.lists(pieces, max_size=30).map(b"".join))
def test_any_bytes_are_a_policy_or_refused(raw: bytes) -> None:
    try:
        policy = Policy.parse(raw)
    except MalformedPolicy:
        return
    assert Policy.parse(policy.to_bytes()) == policy
