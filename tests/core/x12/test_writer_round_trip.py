"""What is written reads back equal: the samples, the published files, and whatever hypothesis thinks of."""

from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.enums import SetKind
from dueline.core.x12 import FileReader, read_documents, write_interchange
from dueline.core.x12.model import (
    Adjustment,
    Amount,
    ClaimBatch,
    ClaimPayment,
    ClaimStatus,
    Contact,
    DatePeriod,
    Delimiters,
    Diagnosis,
    Document,
    ElementError,
    Group,
    GroupAcknowledgment,
    Interchange,
    LinePayment,
    OtherAdjudication,
    OtherPayer,
    Party,
    Procedure,
    ProviderAdjustment,
    Quantity,
    Reference,
    RemittanceHeader,
    SegmentError,
    ServiceLine,
    SetAcknowledgment,
    Status,
    StatusBatch,
    StatusCode,
    SubmittedClaim,
    Subscriber,
)

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "x12"
PUBLISHED = sorted(CORPUS.rglob("*.edi"))
NOT_WRITTEN = (
    SetKind.FUNCTIONAL_ACKNOWLEDGMENT,
    SetKind.INTERCHANGE_ACKNOWLEDGMENT,
    SetKind.OTHER,
)
DAY, MOMENT = date(2026, 3, 16), time(10, 15)


def text_of(document: Document, delimiters: Delimiters | None = None) -> bytes:
    group = Group("XX", "SENDER", "RECEIVER", DAY, MOMENT, "7", document.version)
    envelope = Interchange(
        sender_id="SENDER",
        receiver_id="RECEIVER",
        sent_on=DAY,
        sent_at=MOMENT,
        control_number="000000101",
        delimiters=delimiters or Delimiters(),
    )
    return "".join(write_interchange([(group, [document])], envelope)).encode()


def sets_of(source: bytes) -> list[tuple[Document, Delimiters]]:
    """Return the sets of a file that the writer writes, without those that could not be read whole."""
    found = []
    for one in FileReader(source).sets():
        items = tuple(one.items())
        if one.kind not in NOT_WRITTEN and not one.is_fatal:
            document = Document(one.kind, one.header, items, one.version, one.control_number)
            found.append((document, one.interchange.delimiters))
    return found


def test_samples_read_back_equal(sample: bytes) -> None:
    for document, delimiters in sets_of(sample):
        assert read_documents(text_of(document, delimiters)) == [document]


@pytest.mark.skipif(not PUBLISHED, reason=f"no X12 corpus at {CORPUS}")
def test_published_files_read_back_equal() -> None:
    differing, count = [], 0
    for path in PUBLISHED:
        for document, delimiters in sets_of(path.read_bytes()):
            count += 1
            back = [found for found, _ in sets_of(text_of(document, delimiters))]
            if back != [document]:
                differing.append(path.name)
    assert differing == []
    assert count > 60


# ---------------------------------------------------------------- invented values

words = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'-.&", min_size=1, max_size=12)
maybe = st.just("") | words
cents = st.integers(-(10**9), 10**9)
charges = st.integers(0, 10**9)
days = st.integers(0, 4000).map(lambda n: date(2020, 1, 1) + timedelta(n))
maybe_day = st.none() | days
units = st.none() | st.integers(1, 99999).map(lambda n: Decimal(n) / 100)
codes = st.text("ABCDEFGHJKMNPQRTVWXYZ123456789", min_size=1, max_size=3)


def some(values: st.SearchStrategy[Any], at_most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=at_most).map(tuple)


# Qualifiers that no field of a loop takes for itself.
references = some(st.builds(Reference, st.sampled_from(("1L", "EA", "SY", "ZZ")), words, maybe), 2)
contacts = some(
    st.builds(Contact, st.just("IC"), maybe, some(st.tuples(st.just("TE"), words), 2)), 1
)
adjustments = some(st.builds(Adjustment, codes, codes, cents, units), 9)
procedures = st.builds(
    Procedure, st.just("HC"), words, st.lists(codes, max_size=4).map(tuple), maybe
)


def parties(entity: str, **more: Any) -> st.SearchStrategy[Party]:
    """Return parties in a role, with name and number; `more` adds what the role's loop holds."""
    identifiers = st.just(("", "")) | st.tuples(st.just("XX"), words)
    names = st.builds(
        lambda is_person, last, first, identifier: {
            "is_person": is_person,
            "last_name": last,
            "first_name": first if is_person else "",
            "id_qualifier": identifier[0],
            "identifier": identifier[1],
        },
        st.booleans(),
        words,
        maybe,
        identifiers,
    )
    return st.builds(
        lambda name, extra: Party(entity=entity, **name, **extra),
        names,
        st.fixed_dictionaries(more),
    )


address = {
    "address_1": words,
    "address_2": maybe,
    "city": words,
    "state": st.just("NY"),
    "postal_code": words,
}
people = {**address, "birth_on": maybe_day, "sex": st.sampled_from(("", "F", "M", "U"))}

line_payments = st.builds(
    LinePayment,
    procedure=procedures,
    charge_cents=cents,
    paid_cents=cents,
    revenue_code=maybe,
    paid_units=units,
    original_procedure=st.none() | procedures,
    original_units=units,
    service_from_on=days,
    adjustments=adjustments,
    allowed_cents=st.none() | cents,
    line_control_number=maybe,
    references=references,
    remark_codes=some(codes),
).map(lambda line: setattr(line, "service_through_on", line.service_from_on) or line)
claim_payments = st.builds(
    ClaimPayment,
    patient_control_number=words,
    status_code=st.sampled_from(("1", "2", "4", "19", "22")),
    charge_cents=cents,
    paid_cents=cents,
    patient_responsibility_cents=st.none() | cents,
    filing_indicator=maybe,
    payer_claim_control_number=words,
    facility_code=maybe,
    frequency_code=maybe,
    drg_code=maybe,
    adjustments=adjustments,
    patient=st.none() | parties("QC"),
    rendering_provider=st.none() | parties("82"),
    crossover_payer=st.none() | parties("TT"),
    outpatient=st.sampled_from(((), ("", "", "MA01"), ("0.5", "", "", "N130"))),
    references=references,
    service_from_on=maybe_day,
    received_on=maybe_day,
    amounts=some(st.builds(Amount, st.sampled_from(("AU", "I")), cents), 2),
    lines=some(line_payments, 3),
    header_number=st.just("1"),
)
provider_adjustments = some(
    st.builds(ProviderAdjustment, words, days, codes, maybe, cents), at_most=9
)


@given(st.lists(claim_payments, max_size=3), provider_adjustments, charges, maybe)
def test_any_835_reads_back_equal(
    items: list[ClaimPayment], plb: tuple[ProviderAdjustment, ...], paid: int, supplement: str
) -> None:
    header = RemittanceHeader(
        handling_code="I",
        payment_cents=paid,
        payment_method="ACH",
        paid_on=DAY,
        trace_number="T1",
        payer_identifier="1999999999",
        trace_supplement=supplement,
        produced_on=DAY,
        payer=Party(entity="PR", last_name="PLAN", contacts=(Contact("BL", "DESK"),)),
        payee=Party(entity="PE", last_name="CLINIC", id_qualifier="XX", identifier="1999999919"),
        provider_adjustments=plb,
    )
    (back,) = sets_of(text_of(Document(SetKind.REMITTANCE, header, tuple(items), "005010X221A1")))
    assert isinstance(back[0].header, RemittanceHeader)
    assert back[0].items == tuple(items)
    assert back[0].header.provider_adjustments == plb
    assert (back[0].header.payment_cents, back[0].header.trace_supplement) == (paid, supplement)


other_payers = st.builds(
    OtherPayer,
    sequence=st.sampled_from(("P", "S", "T")),
    relationship=st.just("18"),
    group_number=maybe,
    filing_indicator=maybe,
    adjustments=adjustments,
    paid_cents=st.none() | cents,
    remaining_liability_cents=st.none() | cents,
    subscriber=parties("IL"),
    payer=parties("PR"),
    adjudicated_on=maybe_day,
    payer_claim_control_number=maybe,
)
adjudications = st.builds(
    OtherAdjudication,
    payer_identifier=words,
    paid_cents=cents,
    procedure=procedures,
    revenue_code=maybe,
    units=units,
    adjustments=adjustments,
    adjudicated_on=maybe_day,
    remaining_liability_cents=st.none() | cents,
)
service_lines = st.builds(
    ServiceLine,
    procedure=procedures,
    charge_cents=charges,
    unit_basis=st.sampled_from(("UN", "MJ")),
    units=units,
    place_of_service=maybe,
    service_from_on=days,
    line_control_number=maybe,
    prior_authorization=maybe,
    references=references,
    notes=some(words.map(lambda text: f"ADD*{text}"), 1),
    providers=some(parties("82", taxonomy=words, provider_code=st.just("PE")), 1),
    other_adjudications=some(adjudications, 2),
).map(lambda line: setattr(line, "service_through_on", line.service_from_on) or line)


@st.composite
def submitted_claims(draw: st.DrawFn) -> SubmittedClaim:
    lines = draw(st.lists(service_lines, min_size=1, max_size=3))
    for number, line in enumerate(lines, 1):
        line.line_number = number
    starts = [line.service_from_on for line in lines if line.service_from_on]
    patient = draw(st.none() | parties("QC", **people))
    diagnoses = draw(st.lists(words, max_size=14))
    return SubmittedClaim(
        patient_control_number=draw(words),
        charge_cents=draw(charges),
        facility_code=draw(codes),
        frequency_code=draw(st.sampled_from(("1", "7", "8"))),
        billing_provider=draw(
            parties("85", **address, taxonomy=words, provider_code=st.just("BI"), contacts=contacts)
        ),
        subscriber=Subscriber("P", "18", draw(maybe), party=draw(parties("IL", **people))),
        payer=draw(parties("PR", references=references)),
        patient=patient,
        patient_relationship="19" if patient else "",
        service_from_on=min(starts),
        service_through_on=max(starts),
        dates=tuple(DatePeriod("431", day, day) for day in draw(st.lists(days, max_size=1))),
        original_reference=draw(maybe),
        prior_authorization=draw(maybe),
        references=draw(references),
        diagnoses=tuple(Diagnosis("ABF" if n else "ABK", code) for n, code in enumerate(diagnoses)),
        rendering_provider=draw(st.none() | parties("82")),
        referring_provider=draw(st.none() | parties("DN")),
        service_facility=draw(st.none() | parties("77", **address)),
        other_payers=tuple(draw(st.lists(other_payers, max_size=2))),
        lines=tuple(lines),
    )


@given(st.lists(submitted_claims(), max_size=3))
def test_any_837_reads_back_equal(items: list[SubmittedClaim]) -> None:
    header = ClaimBatch(
        "00", "BATCH1", DAY, MOMENT, submitter=Party(entity="41", last_name="CLINIC")
    )
    document = Document(SetKind.CLAIM_PROFESSIONAL, header, tuple(items), "005010X222A1")
    for line in (line for item in items for line in item.lines):
        assert line.service_elements == ()
    (back,) = sets_of(text_of(document))
    for found in back[0].items:
        _without_kept_elements(found)  # type: ignore[arg-type]
    assert back[0] == document


def _without_kept_elements(claim: SubmittedClaim) -> None:
    """Forget CLM and SV1 as sent where they say nothing beyond the fields."""
    assert not any(claim.claim_elements[1:])
    claim.claim_elements = ()
    for line in claim.lines:
        assert not any(line.service_elements[1:])
        line.service_elements = ()


status_codes = st.builds(StatusCode, codes, codes, maybe)
statuses = st.builds(
    Status,
    codes=st.lists(status_codes, min_size=1, max_size=3).map(tuple),
    effective_on=maybe_day,
    action=st.sampled_from(("", "U", "WQ")),
    charge_cents=st.none() | cents,
    paid_cents=st.none() | cents,
    trace_number=maybe,
    message=maybe,
)
SOURCE = Party(entity="PR", last_name="PLAN", id_qualifier="PI", identifier="1")
RECEIVER = Party(entity="41", last_name="CLINIC", id_qualifier="46", identifier="2")


@st.composite
def claim_statuses(draw: st.DrawFn) -> ClaimStatus:
    day = draw(maybe_day)
    return ClaimStatus(
        trace_number=draw(words),
        trace_type="2",
        source=SOURCE,
        receiver=RECEIVER,
        provider=Party(entity="1P", last_name=draw(words)),
        subscriber=draw(parties("IL")),
        patient=draw(st.none() | parties("QC")),
        statuses=draw(some(statuses, 2)),
        payer_claim_control_number=draw(maybe),
        patient_account=draw(maybe),
        bill_type=draw(maybe),
        references=draw(references),
        quantities=(Quantity("90", Decimal(3)),),
        service_from_on=day,
        service_through_on=day,
    )


@given(st.lists(claim_statuses(), max_size=4))
def test_any_277_reads_back_equal(items: list[ClaimStatus]) -> None:
    header = StatusBatch("0010", "08", "B1", DAY, MOMENT, SOURCE)
    document = Document(SetKind.STATUS_RESPONSE, header, tuple(items), "005010X212")
    assert read_documents(text_of(document)) == [document]


element_errors = st.builds(
    ElementError, codes, maybe, maybe, maybe, codes, maybe, some(words.map("CLM01:{}".format), 1)
)
segment_errors = st.builds(
    SegmentError,
    codes,
    st.none() | st.integers(1, 999),
    maybe,
    codes,
    some(words.map("SITUATIONAL TRIGGER*{}".format), 2),
    some(element_errors, 2),
)
acknowledgments = st.builds(
    SetAcknowledgment,
    set_identifier=st.just("837"),
    set_control_number=words,
    version=maybe,
    errors=some(segment_errors, 2),
    result=st.sampled_from("AER"),
    error_codes=some(codes),
)


@given(st.lists(acknowledgments, max_size=3), st.none() | st.integers(0, 99), some(codes))
def test_any_999_reads_back_equal(
    items: list[SetAcknowledgment], count: int | None, errors: tuple[str, ...]
) -> None:
    header = GroupAcknowledgment("HC", "7", "005010X222A1", "P", count, count, count, errors)
    kind = SetKind.IMPLEMENTATION_ACKNOWLEDGMENT
    document = Document(kind, header, tuple(items), "005010X231A1")
    assert read_documents(text_of(document)) == [document]
