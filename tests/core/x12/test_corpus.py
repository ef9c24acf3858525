"""Published X12 files of other projects: what each holds, counted by hand or by its publisher, and its faults.

The files are not ours to ship; they are read where they lie beside the project, and skipped where they do not.
A row: file, number and kind of sets, how many of what counts (claims; statuses; acknowledged sets), the sum
of charges and of payments in cents, the codes of all problems but "test_usage".
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dueline.core.enums import SetKind
from dueline.core.x12 import FileReader, SetReader
from dueline.core.x12.model import ClaimStatus, Item

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "x12"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no X12 corpus at {CORPUS}")

TABLE = """
276/lfh-claim-level-status-ncpdp 1x276 1 8500 0
276/lfh-demo-276 1x276 3 1611288 0
276/lfh-information-receiver-level-status 1x276 1 851388 0
276/oopfactory-example1-ig 1x276 3 1611288 0
277/imsweb-x12-277-x212 1x277 8 203000 0 wrong_control_number
277/lfh-claim-level-status-ncpdp 1x277 1 8500 0
277/lfh-demo-277 1x277 4 1626288 0
277/lfh-information-receiver-level-status 1x277 1 0 0
277ca/imsweb-x12-277ca-accepted 1x277CA 2 12500 0
277ca/imsweb-x12-277ca-rejected 1x277CA 2 19914 0
277ca/oopfactory-frombogeyone 1x277CA 0 0 0 missing_ge missing_iea missing_se
277ca/oopfactory-fromlatitude81uk 1x277CA 1 0 0 bad_date wrong_control_number
835/keiron-united-healthcare-legacy-sample 1x835 2 115752 34999
835/lfh-cob-contractural-adjustment 1x835 1 54100 3400
835/lfh-demo-835 1x835 2 22636697 14999873
835/lfh-managed-care 1x835 2 200000 94500 bad_date
835/lfh-secondary-payment 1x835 2 1107514 122200
835/lfh-tertiary-payment 1x835 1 176650 18750 line_charges_differ unbalanced_line
835/mjkubba-edi835-demo-005010x221 1x835 1 21136697 13801840 line_charges_differ unbalanced_claim
   unbalanced_remittance wrong_segment_count
835/moov-sample1-835 2x835 2 77041 0 negative_payment unbalanced_claim
835/oopfactory-example1-835 1x835 9 43999 575 missing_element patient_share_differs unbalanced_remittance
   unknown_group_code zero_adjustment
835/oopfactory-example1-gripelements-4010 1x835 9 43999 575 patient_share_differs unbalanced_remittance
   unknown_group_code zero_adjustment
835/pyx12-835-mult-loops 1x835 1 91539 0
835/stupidedi-1-835-4010 1x835 1 17800 2061
835/stupidedi-dollars-and-data-sent-separate 1x835 2 200000 94500
835/stupidedi-multiple-claims-single-check 1x835 9 281900 81080
837d/mjkubba-edi837d-demo-005010x224 1x837D 1 20000 0 unbalanced_charge
837d/oopfactory-spec-4-2-1-workmanscomp-4010 1x837D 1 27000 0
837d/stupidedi-claim-from-billing-provider-to-payer-a 1x837D 1 20000 0
837d/stupidedi-claim-from-billing-provider-to-payer-b 1x837D 1 20000 0
837d/stupidedi-claim-multi-quantity-single-line 1x837D 1 4400 0
837d/stupidedi-orthodontic-treatment-plan 1x837D 1 400000 0
837d/stupidedi-sales-tax 1x837D 1 29319 0
837i/lfh-demo-837i 1x837I 1 8993 0
837i/lfh-homeowners-4010 1x837I 1 45000 0
837i/lfh-institutional-4010 1x837I 1 8993 0
837i/lfh-out-of-network-repriced-claim 1x837I 1 1484 0
837i/lfh-two-claims-single-provider 1x837I 2 13995 0
837i/lfh-workers-compensation-4010 1x837I 1 35000 0
837i/mjkubba-edi837i-demo-005010x223 1x837I 1 500000 0 unbalanced_charge wrong_segment_count
837i/oopfactory-institutionalclaim5010 1x837I 1 8993 0 wrong_segment_count
837i/stupidedi-automobile-accident 1x837I 1 54500 0
837p/ediweave-hipaa-837p-00401-4010 1x837P 1 4728 0
837p/ediweave-hipaa-837p-00501-lf 1x837P 0 0 0 bad_amount bad_date bad_number unexpected_segment
837p/imsweb-x12-bad-segment-identifier 1x837P 2 100000 0 bad_segment_identifier unbalanced_charge
   wrong_level_number wrong_segment_count
837p/imsweb-x12-loop-errors2-exceeds-max-repeats-multiple-parents 1x837P 2 100000 0 unbalanced_charge
   unexpected_segment wrong_level_number wrong_segment_count
837p/imsweb-x12-many-claims 1x837P 820 41000000 0 unbalanced_charge wrong_level_number wrong_segment_count
837p/imsweb-x12-missing-required-loops-mult-repeats 1x837P 4 200000 0 bad_date missing_line_header
   unbalanced_charge wrong_level_number wrong_segment_count
837p/imsweb-x12-multiple-gs 3x837P 6 300000 0 unbalanced_charge wrong_group_count wrong_level_number
   wrong_segment_count
837p/imsweb-x12-multiple-isa 2x837P 4 200000 0 unbalanced_charge wrong_level_number wrong_segment_count
837p/imsweb-x12-multiple-st 2x837P 4 200000 0 repeated_control_number unbalanced_charge wrong_level_number
   wrong_segment_count wrong_set_count
837p/imsweb-x12-segments-out-of-order 1x837P 2 100000 0 out_of_order unbalanced_charge wrong_level_number
   wrong_segment_count
837p/imsweb-x12-valid-different-separators 1x837P 2 100000 0 unbalanced_charge wrong_level_number
   wrong_segment_count
837p/imsweb-x12-valid 1x837P 2 100000 0 unbalanced_charge wrong_level_number wrong_segment_count
837p/lfh-coordination-of-benefits-4010 1x837P 1 7904 0
837p/lfh-demo-837p 1x837P 1 10000 0
837p/lfh-demo-autoaccident-837p 1x837P 1 18500 0
837p/lfh-demo-cob-example3-a-837p 1x837P 1 7904 0
837p/lfh-demo-cob-example3-b-837p 1x837P 1 7904 0
837p/lfh-demo-cob-example3-c-837p 1x837P 1 7904 0
837p/lfh-demo-cob-example4-837p 1x837P 1 12000 0
837p/lfh-demo-drug-example10-2-837p 1x837P 1 223293 0
837p/lfh-demo-example11-837p 1x837P 1 2875 0
837p/lfh-demo-example8-837p 1x837P 1 7500 0
837p/lfh-demo-example9-837p 1x837P 1 82700 0
837p/lfh-dependent-commercial-insurance-01-4010 1x837P 1 24500 0
837p/lfh-dependent-commercial-insurance-03-4010 1x837P 1 18500 0
837p/lfh-patient-is-subscriber-4010 1x837P 1 10000 0
837p/mjkubba-edi837p-demo-005010x222 1x837P 1 15000 0 unbalanced_charge
837p/oopfactory-example1-2-and-3-combined 2x837P 3 27904 0
837p/staedi-837-header-ref-only 1x837P 0 0 0
837p/staedi-sample837-hl-nested 2x837P 0 0 0 wrong_level_number
837p/stupidedi-hmo-plan-x291 1x837P 1 4500 0
837p/stupidedi-pacdr-professional-external-example 1x837P 1 10000 0 unexpected_segment
997/staedi-extradelimiter997 1x997 1 0 0
997/stupidedi-response-to-functional-group-containing-837s 1x997 2 0 0
999/imsweb-x12-999-rejected 1x999 1 0 0
999/mjkubba-edi999-demo-005010x231 1x999 3 0 0
999/pyx12-834-ls-le-ls-5010-999 1x999 1 0 0
999/staedi-simple999 1x999 3 0 0
999/stupidedi-response-to-functional-group-containing-3-837s 1x999 3 0 0
ta1/staedi-x12-interchange-ack 1xTA1 1 0 0
"""
# A row that is too long for a line goes on in an indented one.
ROWS = {row.split()[0]: row.split()[1:] for row in re.split(r"\n(?! )", TABLE.strip())}
# What cannot be read is left out and named: the file has more of them than could be read.
UNREADABLE = {
    "277ca/oopfactory-fromlatitude81uk": (2, "STC"),
    "835/oopfactory-example1-835": (1, "CLP"),
    "837p/ediweave-hipaa-837p-00501-lf": (1, "CLM"),
    "837p/imsweb-x12-missing-required-loops-mult-repeats": (1, "CLM"),
}
COUNTED = {
    SetKind.REMITTANCE: "CLP",
    SetKind.STATUS_REQUEST: "TRN",
    SetKind.STATUS_RESPONSE: "STC",
    SetKind.CLAIM_ACKNOWLEDGMENT: "STC",
    SetKind.IMPLEMENTATION_ACKNOWLEDGMENT: "AK2",
    SetKind.FUNCTIONAL_ACKNOWLEDGMENT: "AK2",
    SetKind.INTERCHANGE_ACKNOWLEDGMENT: "TA1",
}


def data_of(name: str) -> bytes:
    return (CORPUS / f"{name}.edi").read_bytes()


def counted(kind: SetKind, item: Item) -> int:
    """Return how many of the segments that count an item stands for."""
    if isinstance(item, ClaimStatus) and kind is not SetKind.STATUS_REQUEST:
        return len(item.statuses) + sum(len(line.statuses) for line in item.lines)
    return 1


def read(data: bytes) -> tuple[FileReader, list[tuple[SetReader, list[Item]]]]:
    reader = FileReader(data)
    return reader, [(found, list(found.items())) for found in reader.sets()]


def segments_named(data: bytes, tag: str) -> int:
    """Count segments as plainly as can be, apart from the reader: the delimiters stand in the ISA."""
    text = data.decode("utf-8-sig")
    separator = text[3]
    fields = text.split(separator, 16)
    terminator = fields[16][1]
    pieces = (piece.strip("\r\n ") for piece in text.split(terminator))
    return sum(1 for piece in pieces if piece.split(separator)[0] == tag)


def every_file() -> Iterator[str]:
    yield from sorted(str(p.relative_to(CORPUS))[:-4] for p in CORPUS.rglob("*.edi"))


def test_every_file_has_its_row() -> None:
    assert sorted(ROWS) == list(every_file())


@pytest.mark.parametrize("name", ROWS)
def test_file_is_read_whole_and_its_faults_are_named(name: str) -> None:
    sets, count, charge, paid, *codes = ROWS[name]
    reader, found = read(data_of(name))
    kinds = [one.kind for one, _ in found]
    assert (f"{len(kinds)}x{kinds[0]}", len(set(kinds))) == (sets, 1)
    assert sum(counted(one.kind, item) for one, items in found for item in items) == int(count)
    assert sum(one.totals.charge_cents for one, _ in found) == int(charge)
    assert sum(one.totals.paid_cents for one, _ in found) == int(paid)
    given = {problem.code for one, _ in found for problem in one.problems}
    given |= {problem.code for problem in reader.problems}
    assert sorted(given - {"test_usage"}) == codes


@pytest.mark.parametrize("name", ROWS)
def test_nothing_is_missing_that_is_not_named(name: str) -> None:
    data = data_of(name)
    _, found = read(data)
    tag = COUNTED.get(found[0][0].kind, "CLM")
    missing = UNREADABLE.get(name, (0, tag))
    read_whole = sum(counted(one.kind, item) for one, items in found for item in items)
    assert (segments_named(data, tag) - read_whole, tag) == missing
    if missing[0]:
        assert any(one.is_fatal for one, _ in found)
