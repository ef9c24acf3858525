"""Read mutated X12 files: no crash, no hang, nothing left out in silence.

`python scripts/fuzz.py --files 100000 --seed 1` mutates the samples of the reader's tests (and any files named)
and holds each reading to what must be true of any bytes whatever. Prints the first file that breaks it, as hex.
"""

import argparse
import gc
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

from dueline.core.x12 import FileReader, segments
from dueline.core.x12.faults import FAULTS
from dueline.core.x12.model import ClaimPayment, RemittanceHeader

PROJECT = Path(__file__).resolve().parents[1]
SAMPLES = PROJECT / "tests" / "core" / "x12" / "samples"
MOST_SECONDS = 5.0  # for one small file, on a busy machine
MOST_BYTES = 200_000
NASTY = [
    *(b"", b"0", b"-", b"--3", b"1e5", b"12.345", b".5", b"12.", b"NaN", b"99999999999999999999"),
    *(b"00000000", b"20260230", b"20260101-20250101", b"20261301-20261302", b"260302"),
    *("\uff11\uff12".encode(), b"\xe9", b"\xff\xfe", b"\x00", b"\x1a", b"A" * 5000, b":::::", b"^"),
    *(b"ISA", b"IEA", b"SE", b"ST", b"CLP", b"isa", b"~", b"*", b"~~~", b"\r\n", b"  ", b"\t"),
]
Rules = random.Random


def flip(data: bytes, rules: Rules) -> bytes:
    """Change a few bytes."""
    changed = bytearray(data)
    for _ in range(rules.randint(1, 8)):
        changed[rules.randrange(len(changed))] = rules.randrange(256)
    return bytes(changed)


def cut(data: bytes, rules: Rules) -> bytes:
    """End the file anywhere."""
    return data[: rules.randrange(len(data))]


def drop(data: bytes, rules: Rules) -> bytes:
    """Take out a stretch."""
    start = rules.randrange(len(data))
    return data[:start] + data[start + rules.randint(1, 60) :]


def insert(data: bytes, rules: Rules) -> bytes:
    """Put something nasty anywhere."""
    start = rules.randrange(len(data))
    return data[:start] + rules.choice(NASTY) * rules.randint(1, 3) + data[start:]


def replace_element(data: bytes, rules: Rules) -> bytes:
    """Replace one element by something nasty."""
    elements = data.split(b"*")
    elements[rules.randrange(len(elements))] = rules.choice(NASTY)
    return b"*".join(elements)


def move_segments(data: bytes, rules: Rules) -> bytes:
    """Drop, double or exchange segments."""
    found = data.split(b"~")
    for _ in range(rules.randint(1, 4)):
        first, second = rules.randrange(len(found)), rules.randrange(len(found))
        deed = rules.randrange(3)
        if deed == 0 and len(found) > 1:
            del found[first]
            continue
        if deed == 1:
            found.insert(second, found[first])
        else:
            found[first], found[second] = found[second], found[first]
    return b"~".join(found)


def repeat(data: bytes, rules: Rules) -> bytes:
    """Say a stretch many times."""
    start = rules.randrange(len(data))
    stretch = data[start : start + rules.randint(1, 200)]
    return data[:start] + stretch * rules.randint(2, 200) + data[start:]


def change_delimiter(data: bytes, rules: Rules) -> bytes:
    """Use another delimiter, everywhere or only in what follows."""
    old = rules.choice([b"*", b"~", b":", b"~\n"])
    new = rules.choice([b"|", b"\n", b"\x1c", b"\x1d", b"!", b"A", b" ", b"*", b"~", b"\xa7"])
    start = rules.choice([0, 0, rules.randrange(len(data))])
    return data[:start] + data[start:].replace(old, new)


def relayout(data: bytes, rules: Rules) -> bytes:
    """Change what stands between segments, or the case of all."""
    choice = rules.randrange(4)
    if choice == 0:
        return data.replace(b"\n", rules.choice([b"", b"\r\n", b"\n\n", b"\n  ", b" \n", b"\t"]))
    if choice == 1:
        return data.lower()
    if choice == 2:
        return b"\xef\xbb\xbf" + data + b"\x1a"
    return data + rules.choice([b"junk", data[: rules.randrange(len(data))], b"\x00" * 50, data])


MUTATIONS: list[Callable[[bytes, Rules], bytes]] = [
    *(flip, cut, drop, insert, replace_element, move_segments, repeat, change_delimiter, relayout)
]


def mutated(seeds: list[bytes], rules: Rules) -> bytes:
    """Return one file made from the seeds by one to four mutations."""
    data = rules.choice(seeds)
    if rules.random() < 0.1:
        data += rules.choice(seeds)
    for _ in range(rules.choice([1, 1, 1, 2, 2, 3, 4])):
        if data:
            data = rules.choice(MUTATIONS)(data, rules)[:MOST_BYTES]
    return data


def reading(data: bytes) -> tuple[object, ...]:
    """Read everything and return what must not depend on how the bytes arrive.

    Raises AssertionError where the reading breaks a rule.
    """
    reader = FileReader(BytesIO(data), "fuzz")
    told: list[object] = []
    last = 0
    for found in reader.sets():
        items = list(found.items())
        assert found.segment_number > last, "sets overlap"
        last = found.last_segment_number
        assert last >= found.segment_number, "a set ends before it begins"
        assert len(found.content_hash) == 64, "no hash"
        codes = Counter(problem.code for problem in found.problems)
        assert set(codes) <= set(FAULTS), "a code without meaning"
        header = found.header
        if isinstance(header, RemittanceHeader) and not found.is_fatal:
            hold_to_balance(header, items, codes)
        totals = found.totals
        told.append((found.kind, found.segment_number, last, found.content_hash, totals, codes))
        told.append((header, items))
    assert gc.isenabled(), "the garbage collector was left off"
    if not told:
        assert reader.problems, "nothing was read and nothing said"
    if any(problem.is_fatal for problem in reader.problems):
        assert all(problem.message and problem.place for problem in reader.problems)
    return (*told, sorted((problem.code, problem.place) for problem in reader.problems))


def hold_to_balance(header: RemittanceHeader, items: Sequence[object], codes: Counter[str]) -> None:
    """Balance a remittance again, by another way than the reader's."""
    payments = [item for item in items if isinstance(item, ClaimPayment)]
    has_bad_claim = any(item.difference_cents for item in payments)
    assert has_bad_claim == bool(codes["unbalanced_claim"]), "a claim out of balance is not told"
    taken = sum(adjustment.amount_cents for adjustment in header.provider_adjustments)
    is_even = header.payment_cents == sum(item.paid_cents for item in payments) - taken
    assert is_even != bool(codes["unbalanced_remittance"]), "a payment out of balance is not told"


def check(data: bytes, rules: Rules) -> None:
    """Read one file whole and in small chunks. Raises AssertionError, or whatever broke."""
    started = time.perf_counter()
    whole = reading(data)
    usual = segments.CHUNK_BYTES
    segments.CHUNK_BYTES = rules.choice([64, 300, 1000])
    try:
        pieces = reading(data)
    finally:
        segments.CHUNK_BYTES = usual
    assert whole == pieces, "the reading depends on how the bytes arrive"
    assert time.perf_counter() - started < MOST_SECONDS, "too slow"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000, help="how many mutated files to read")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same files")
    parser.add_argument(
        "seeds", nargs="*", type=Path, help="X12 files to mutate besides the samples"
    )
    options = parser.parse_args()
    seeds = [path.read_bytes() for path in [*sorted(SAMPLES.glob("*.x12")), *options.seeds]]
    started = time.perf_counter()
    for number in range(1, options.files + 1):
        rules = Rules(options.seed * 1_000_003 + number)
        data = mutated(seeds, rules)
        try:
            check(data, rules)
        except Exception as error:
            print(f"file {number} of seed {options.seed}: {type(error).__name__}: {error}")
            print(data.hex())
            return 1
        if number % 10_000 == 0:
            print(f"{number:,} files, {time.perf_counter() - started:.0f} s", flush=True)
    print(f"{options.files:,} mutated files read: no crash, no hang")
    return 0


if __name__ == "__main__":
    sys.exit(main())
