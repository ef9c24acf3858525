"""An invented year of a practice: its files read clean, balance, and agree with the truth beside them."""

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from dueline.core.calendars import is_business_day
from dueline.core.enums import PayerType, SetKind
from dueline.core.npi import is_npi
from dueline.core.x12 import FileReader
from dueline.core.x12.model import (
    ClaimPayment,
    ClaimStatus,
    GroupAcknowledgment,
    RemittanceHeader,
    SetAcknowledgment,
    SubmittedClaim,
)
from dueline.sample import SampleResult, practice_plan, write_sample

AS_OF = date(2026, 11, 23)
CLAIMS = 4000


@dataclass
class Year:
    """All that the sample's files say, in the order of their names."""

    folder: Path
    result: SampleResult
    problems: list[str] = field(default_factory=list)
    claims: list[tuple[str, SubmittedClaim]] = field(default_factory=list)  # file, claim
    remittances: list[RemittanceHeader] = field(default_factory=list)
    payments: list[ClaimPayment] = field(default_factory=list)
    answers: list[tuple[SetKind, ClaimStatus]] = field(default_factory=list)
    verdicts: list[tuple[str, str]] = field(default_factory=list)  # group control number, result
    sent: list[tuple[str, datetime]] = field(default_factory=list)  # file, ISA09 and ISA10
    groups: dict[str, str] = field(default_factory=dict)  # 837 file to group control number

    @property
    def rows(self) -> Iterator[dict[str, str]]:
        with (self.folder / "truth-claims.csv").open(encoding="utf-8") as file:
            yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder = tmp_path_factory.mktemp("sample")
    plan = practice_plan(code="lakeside", claim_count=CLAIMS, seed=3, as_of=AS_OF)
    found = Year(folder, write_sample(plan, folder))
    for path in sorted((folder / "files").iterdir()):
        _read(found, path)
    return found


def _read(year: Year, path: Path) -> None:
    reader = FileReader(path.read_bytes())
    envelope = None
    for one in reader.sets():
        items, envelope = list(one.items()), one.interchange
        year.problems += [f"{path.name} {problem.code}" for problem in one.problems]
        assert one.group is not None
        if one.kind in (SetKind.CLAIM_PROFESSIONAL, SetKind.CLAIM_INSTITUTIONAL):
            year.groups[path.name] = one.group.control_number
        if isinstance(one.header, RemittanceHeader):
            year.remittances.append(one.header)
        if isinstance(one.header, GroupAcknowledgment):
            year.verdicts.append((one.header.group_control_number, one.header.result))
        for item in items:
            if isinstance(item, SubmittedClaim):
                year.claims.append((path.name, item))
            elif isinstance(item, ClaimPayment):
                year.payments.append(item)
            elif isinstance(item, ClaimStatus):
                year.answers.append((one.kind, item))
            else:
                assert isinstance(item, SetAcknowledgment)
    year.problems += [f"{path.name} {problem.code}" for problem in reader.problems]
    assert envelope is not None
    assert envelope.sent_on is not None
    assert envelope.sent_at is not None
    year.sent.append((path.name, datetime.combine(envelope.sent_on, envelope.sent_at)))


def test_every_file_reads_without_a_problem_and_balances(year: Year) -> None:
    assert year.problems == []
    assert len(year.sent) == year.result.files


def test_names_sort_by_the_moment_of_sending_and_nothing_is_later_than_the_day(year: Year) -> None:
    moments = [moment for _, moment in year.sent]
    assert moments == sorted(moments)
    assert all(name.startswith(moment.date().isoformat()) for name, moment in year.sent)
    assert moments[-1].date() <= AS_OF
    paid = [header.paid_on for header in year.remittances]
    through = [claim.service_through_on for _, claim in year.claims]
    assert all(day is not None and day <= AS_OF for day in paid + through)


def test_truth_says_what_the_files_hold(year: Year) -> None:
    truth = json.loads((year.folder / "truth.json").read_text())
    first: dict[str, int] = {}
    for _, claim in year.claims:
        first.setdefault(claim.patient_control_number, claim.charge_cents)
    assert truth["claims"] == CLAIMS == len(first)
    assert Decimal(truth["charge"]) * 100 == sum(first.values())
    assert truth["remittances"] == len(year.remittances)
    assert Decimal(truth["payment"]) * 100 == sum(h.payment_cents for h in year.remittances)
    assert truth["claim_payments"] == len(year.payments)
    assert Decimal(truth["claim_payment"]) * 100 == sum(p.paid_cents for p in year.payments)


def test_truth_of_each_claim_has_its_charge_and_all_its_payments(year: Year) -> None:
    paid: Counter[str] = Counter()
    for payment in year.payments:
        paid[payment.patient_control_number] += payment.paid_cents
    rows = list(year.rows)
    assert len(rows) == CLAIMS
    for row in rows:
        assert Decimal(row["paid"]) * 100 == paid[row["patient_control_number"]]
    for name in ("payer_balance", "patient_balance"):
        total = sum(Decimal(row[name]) for row in rows)
        assert total == Decimal(json.loads((year.folder / "truth.json").read_text())[name])


def test_shares_are_those_of_a_real_practice(year: Year) -> None:
    is_open = [row for row in year.rows if Decimal(row["payer_balance"]) > 0]
    assert 0.12 <= len(is_open) / CLAIMS <= 0.20
    ages = [(AS_OF - date.fromisoformat(row["service_on"])).days for row in is_open]
    buckets = Counter(min((age - 1) // 30, 4) if age else 0 for age in ages)
    assert set(buckets) == {0, 1, 2, 3, 4}
    assert min(buckets.values()) >= 10
    answered: dict[str, bool] = {}
    for payment in year.payments:
        if payment.status_code in ("1", "19") and not _is_duplicate(payment):
            answered.setdefault(payment.patient_control_number, _has_denial(payment))
    assert 0.10 <= sum(answered.values()) / len(answered) <= 0.16
    institutional = sum(claim.kind is SetKind.CLAIM_INSTITUTIONAL for _, claim in year.claims)
    assert 0.1 < institutional / len(year.claims) < 0.2


def _is_duplicate(payment: ClaimPayment) -> bool:
    return any(a.carc == "18" for line in payment.lines for a in line.adjustments)


def _has_denial(payment: ClaimPayment) -> bool:
    """Whether a line (or a stay) has nothing paid and nothing left to the patient."""
    groups = [line.adjustments for line in payment.lines] or [payment.adjustments]
    paid = [line.paid_cents for line in payment.lines] or [payment.paid_cents]
    return any(
        not amount and not any(a.group_code == "PR" for a in adjustments)
        for adjustments, amount in zip(groups, paid, strict=True)
    )


def test_everything_that_happens_to_claims_happens(year: Year) -> None:
    adjustments = [a for p in year.payments for a in p.adjustments]
    adjustments += [a for p in year.payments for line in p.lines for a in line.adjustments]
    reasons = {(a.group_code, a.carc) for a in adjustments}
    assert {("CO", "45"), ("PR", "1"), ("PR", "2"), ("PR", "3"), ("OA", "23")} <= reasons
    assert {("OA", "18"), ("CO", "253"), ("CO", "197"), ("CO", "16"), ("CO", "50")} <= reasons
    assert {p.status_code for p in year.payments} == {"1", "2", "19", "22"}
    assert {c.frequency_code for _, c in year.claims} == {"1", "7", "8"}
    assert all(bool(c.original_reference) == (c.frequency_code in "78") for _, c in year.claims)
    assert any(p.inpatient and p.adjustments and not p.lines for p in year.payments)
    assert any(p.outpatient for p in year.payments)
    assert any(line.remark_codes for p in year.payments for line in p.lines)
    assert any(amount.qualifier == "I" for p in year.payments for amount in p.amounts)
    plb = {a.reason for header in year.remittances for a in header.provider_adjustments}
    assert {"WO", "L6", "FB"} <= plb
    assert {h.payment_method for h in year.remittances} == {"ACH", "NON"}
    assert any(line.other_adjudications for _, c in year.claims for line in c.lines)
    said = {(kind, s.codes[0].category) for kind, a in year.answers for s in a.statuses}
    asked, taken = SetKind.STATUS_RESPONSE, SetKind.CLAIM_ACKNOWLEDGMENT
    assert {(asked, category) for category in ("P1", "A4", "R4", "F1", "F2")} <= said
    assert {(taken, category) for category in ("A1", "A2", "A3", "A7")} <= said
    assert {result for _, result in year.verdicts} == {"A", "R"}


def test_a_refused_group_is_answered_once_and_its_claims_are_sent_again(year: Year) -> None:
    verdicts = dict(year.verdicts)
    assert len(verdicts) == len(year.verdicts)
    assert set(verdicts) == set(year.groups.values())
    files = defaultdict(list)
    for name, claim in year.claims:
        files[claim.patient_control_number].append(name)
    refused = {name for name, number in year.groups.items() if verdicts[number] == "R"}
    assert refused
    for name, claim in year.claims:
        if name in refused:
            assert files[claim.patient_control_number][-1] > name


def test_every_answer_is_about_a_claim_that_was_sent(year: Year) -> None:
    sent = {claim.patient_control_number for _, claim in year.claims}
    assert {payment.patient_control_number for payment in year.payments} <= sent
    for kind, item in year.answers:
        if item.level == "claim":
            number = item.patient_account or item.trace_number
            assert number in sent, kind
    for number in sent:
        assert number.startswith("LKS-")
        assert len(number) <= 20


def test_payers_pay_on_business_days_and_take_back_what_they_said(year: Year) -> None:
    given: Counter[str] = Counter()
    for header in year.remittances:
        assert header.paid_on is not None
        assert is_business_day(header.paid_on)
        for adjustment in header.provider_adjustments:
            is_ours = adjustment.reason == "FB" or "PRIOR" not in adjustment.reference
            if adjustment.reason in ("WO", "FB") and is_ours:
                given[adjustment.reference] += adjustment.amount_cents
                assert given[adjustment.reference] <= 0  # withheld only what was given before
    assert any(not amount for amount in given.values())


def test_a_reversal_is_the_exact_negation_of_a_payment_of_the_same_number(year: Year) -> None:
    known: dict[str, ClaimPayment] = {}
    reversals = 0
    for payment in year.payments:
        if not payment.is_reversal:
            known[payment.payer_claim_control_number] = payment
            continue
        reversals += 1
        reversed_payment = known.pop(payment.payer_claim_control_number)
        assert payment.charge_cents == -reversed_payment.charge_cents
        assert payment.paid_cents == -reversed_payment.paid_cents
        for back, line in zip(payment.lines, reversed_payment.lines, strict=True):
            assert [(a.carc, -a.amount_cents) for a in back.adjustments] == [
                (a.carc, a.amount_cents) for a in line.adjustments
            ]
    assert reversals > 50


PLANTED = {
    "harborlight_73721_authorization": "197",
    "prairie_modifier_25": "97",
    "tri_rivers_taxonomy": "8",
    "sable_creek_telehealth_place": "5",
}


@pytest.mark.parametrize(("pattern", "carc"), PLANTED.items(), ids=PLANTED)
def test_each_planted_pattern_is_denied_for_its_reason(year: Year, pattern: str, carc: str) -> None:
    truth = json.loads((year.folder / "truth.json").read_text())["patterns"]
    assert set(truth) == set(PLANTED)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for payment in year.payments:
        for line in payment.lines:
            found[payment.patient_control_number] |= {a.carc for a in line.adjustments}
    answered = [number for number in truth[pattern] if number in found]
    assert len(answered) >= 10
    assert all(carc in found[number] for number in answered)
    assert [r["patient_control_number"] for r in year.rows if r["pattern"] == pattern] == truth[
        pattern
    ]


def test_practice_file_names_providers_with_valid_npis_and_fifteen_payers(year: Year) -> None:
    practice = yaml.safe_load((year.folder / "practice.yaml").read_text())
    assert practice["code"] == "lakeside"
    billing = {entry["npi"] for entry in practice["npis"]}
    assert {c.billing_provider.identifier for _, c in year.claims} == billing
    rendering = {c.rendering_provider.identifier for _, c in year.claims if c.rendering_provider}
    assert len(rendering) == 10
    assert all(is_npi(number) and "1995" <= number[:4] <= "1999" for number in billing | rendering)
    assert len(practice["payers"]) == 15
    kinds = {PayerType(payer["type"]) for payer in practice["payers"]}
    assert len(kinds) == 10
    assert len({c.payer.identifier for _, c in year.claims}) == 15


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def test_the_same_arguments_give_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    plan = practice_plan(code="summit", claim_count=120, seed=5, as_of=AS_OF)
    write_sample(plan, tmp_path / "here")
    code = (
        "import sys, datetime, pathlib; from dueline.sample import practice_plan, write_sample;"
        "write_sample(practice_plan(code='summit', claim_count=120, seed=5,"
        " as_of=datetime.date(2026, 11, 23)), pathlib.Path(sys.argv[1]))"
    )
    other = {**os.environ, "PYTHONHASHSEED": "77"}
    subprocess.run([sys.executable, "-c", code, tmp_path / "there"], check=True, env=other)
    assert _digest(tmp_path / "here") == _digest(tmp_path / "there")
    another = practice_plan(code="summit", claim_count=120, seed=6, as_of=AS_OF)
    write_sample(another, tmp_path / "another")
    assert _digest(tmp_path / "here") != _digest(tmp_path / "another")


def test_orthopedics_bills_other_services_than_many_specialties(tmp_path: Path) -> None:
    codes = {}
    for specialty in ("multi", "orthopedics"):
        plan = practice_plan(
            code="north", claim_count=150, seed=1, as_of=AS_OF, specialty=specialty
        )
        write_sample(plan, tmp_path / specialty)
        found = set()
        for path in (tmp_path / specialty / "files").glob("*_10_837P*"):
            for one in FileReader(path.read_bytes()).sets():
                for item in one.items():
                    assert isinstance(item, SubmittedClaim)
                    found |= {line.procedure.code for line in item.lines if line.procedure}
        codes[specialty] = found
    assert "27447" in codes["orthopedics"]
    assert "93306" in codes["multi"]
    assert not codes["multi"] & {"27447", "29881"}


def test_an_unknown_specialty_and_a_folder_in_use_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="specialty: expected one of multi, orthopedics"):
        practice_plan(code="x", claim_count=1, seed=1, as_of=AS_OF, specialty="dental")
    with pytest.raises(ValueError, match="code: expected up to 32 small letters"):
        practice_plan(code="a*b", claim_count=1, seed=1, as_of=AS_OF)
    plan = practice_plan(code="x", claim_count=1, seed=1, as_of=AS_OF)
    write_sample(plan, tmp_path)
    with pytest.raises(FileExistsError):
        write_sample(plan, tmp_path)


def test_progress_goes_from_nothing_to_all_claims_and_never_back(tmp_path: Path) -> None:
    heard: list[int] = []
    plan = practice_plan(code="x", claim_count=700, seed=1, as_of=AS_OF)
    write_sample(plan, tmp_path, heard.append)
    assert heard[0] == 0
    assert heard == sorted(heard)
    assert heard[-1] == 700
