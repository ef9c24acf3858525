"""Each check: what it hits and what comes near, as changes of a claim that nothing is wrong with."""

from datetime import date, timedelta

import pytest

from dueline.core import codes
from dueline.core.claim_checks import (
    Alike,
    ClaimFacts,
    CoverageRefusal,
    Filing,
    Keys,
    Warned,
    check_claim,
    checks,
    line_keys,
)
from dueline.core.claim_checks.registry import FUNCTIONS
from dueline.core.enums import PayerType, WarningGrade
from tests.core.claim_checks.bases import AS_OF, BASES, changed, warned_ids

_MEDICAID = ClaimFacts(as_of=AS_OF, payer_type=PayerType.MEDICAID)
_MEDICARE = ClaimFacts(as_of=AS_OF, payer_type=PayerType.MEDICARE)
_OURS = ClaimFacts(as_of=AS_OF, practice_tax_id="99-5550187")
_UNKNOWN_PAYER = ClaimFacts(as_of=AS_OF, is_payer_known=False)
_KNOWN_PAYER = ClaimFacts(as_of=AS_OF, is_payer_known=True)
_ON_FILE = ClaimFacts(as_of=AS_OF, payer_numbers=frozenset({"ICN1"}))
_REPEATED = ClaimFacts(as_of=AS_OF, is_number_repeated=True)
_CHILD = (
    "SBR*P*18",
    "SBR*P*",
    "DMG*D8*19800402*F\nNM1*PR*2*HARBORLIGHT*****PI*HLH01",
    "DMG*D8*19800402*F\nNM1*PR*2*HARBORLIGHT*****PI*HLH01\nHL*3*2*23*0\n{}\nNM1*QC*1*QUILL*BO\n"
    "N3*2 HILL ST\nN4*ANYTOWN*OH*440010001\nDMG*D8*20200402*M",
)


def child(pat: str, sbr: str = "SBR*P*") -> tuple[tuple[str, str], ...]:
    """Return the changes by which the patient is another than the subscriber."""
    return ((_CHILD[0], sbr), (_CHILD[2], _CHILD[3].format(pat)))


def one(old: str, new: str) -> tuple[tuple[str, str], ...]:
    return ((old, new),)


_MEDICARE_ID = ("HLH4471203", "1AA0AD5AA01")
_SV107 = "UN*1***1:2"
# check, base, what is changed so that it warns, what comes near and is right, facts
CASES = [
    ("patient_name_missing", "P", one("QUILL*ADA", "QUILL*"), one("QUILL*ADA", "Q*A"), None),
    ("patient_address_missing", "P", one("N3*2 HILL ST\n", ""), one("2 HILL ST", "X"), None),
    ("member_id_missing", "P", one("****MI*HLH4471203", ""), one("HLH4471203", "H1"), None),
    (
        "member_id_malformed",
        "P",
        one("HLH4471203", "HLH 4471203"),
        one("HLH4471203", "HLH-4471203"),
        None,
    ),
    (
        "member_id_malformed",
        "P",
        one("HLH4471203", "999999999"),
        one("HLH4471203", "999999998"),
        None,
    ),
    ("member_id_malformed", "P", one("HLH4471203", "PENDING"), one("HLH4471203", "PENDING1"), None),
    (
        "medicare_number_malformed",
        "P",
        (("GRP7******CI", "GRP7******MB"), ("HLH4471203", "1AA0AD5AA0S")),
        (("GRP7******CI", "GRP7******MB"), _MEDICARE_ID),
        None,
    ),
    (
        "birth_date_missing",
        "P",
        one("DMG*D8*19800402*F", "DMG*D8**F"),
        one("*19800402*", "*19020402*"),
        None,
    ),
    ("birth_date_impossible", "P", one("19800402", "20261117"), one("19800402", "20261116"), None),
    ("birth_date_impossible", "P", one("19800402", "18800402"), one("19800402", "19050402"), None),
    ("sex_unknown", "P", one("19800402*F", "19800402*U"), one("19800402*F", "19800402*M"), None),
    ("relationship_wrong", "P", one("SBR*P*18", "SBR*P*"), child("PAT*19"), None),
    ("relationship_wrong", "P", child("PAT*19", "SBR*P*18"), child("PAT*G8"), None),
    ("relationship_wrong", "P", child("PAT*99"), child("PAT*01"), None),
    ("billing_npi_wrong", "P", one("XX*1999936606", "XX*1999936607"), one("A", "A"), None),
    ("billing_npi_wrong", "P", one("*XX*1999936606", "*24*995550187"), one("A", "A"), None),
    (
        "provider_npi_wrong",
        "P",
        one("XX*1999999927", "XX*1999999928"),
        one("****XX*1999999927", ""),
        None,
    ),
    (
        "tax_id_wrong",
        "P",
        one("REF*EI*995550187", "REF*EI*99555018"),
        one("EI*995550187", "EI*99-5550187"),
        None,
    ),
    ("tax_id_wrong", "P", one("REF*EI*995550187\n", ""), one("REF*EI", "REF*SY"), None),
    ("tax_id_not_ours", "P", one("EI*995550187", "EI*995550188"), one("A", "A"), _OURS),
    (
        "billing_address_box",
        "P",
        one("1 WATER ST", "P.O. BOX 12"),
        one("1 WATER ST", "1 BOXWOOD ST"),
        None,
    ),
    (
        "billing_postal_code",
        "P",
        (("N3*1 WATER ST\nN4*ANYTOWN*OH*440010001", "N3*1 WATER ST\nN4*ANYTOWN*OH*44001"),),
        (("N3*2 HILL ST\nN4*ANYTOWN*OH*440010001", "N3*2 HILL ST\nN4*ANYTOWN*OH*44001"),),
        None,
    ),
    (
        "taxonomy_malformed",
        "P",
        one("207Q00000X", "207Q00000"),
        one("207Q00000X", "2084P0800X"),
        None,
    ),
    (
        "taxonomy_missing",
        "P",
        (("PRV*PE*PXC*207Q00000X\n", ""), ("HC:J3301", "HC:20610")),
        one("HC:J3301", "HC:20610"),
        _MEDICAID,
    ),
    (
        "rendering_missing",
        "P",
        one("NM1*82*1*HAND*MARY****XX*1999999927\nPRV*PE*PXC*207Q00000X\n", ""),
        (
            ("NM1*85*2*LAKESIDE", "NM1*85*1*LAKE*ANN"),
            ("ANN*****XX", "ANN****XX"),
            ("NM1*82*1*HAND*MARY****XX*1999999927\nPRV*PE*PXC*207Q00000X\n", ""),
        ),
        None,
    ),
    (
        "attending_missing",
        "I",
        one("NM1*71*1*CARER*CAROL****XX*1999999943\n", ""),
        one("A", "A"),
        None,
    ),
    ("payer_id_missing", "P", one("*****PI*HLH01", ""), one("PI*HLH01", "XV*HLH01"), None),
    ("payer_unknown", "P", one("A", "A"), (), _UNKNOWN_PAYER),
    (
        "filing_indicator_missing",
        "P",
        one("GRP7******CI", "GRP7"),
        one("******CI", "******BL"),
        None,
    ),
    (
        "diagnosis_missing",
        "P",
        one("HI*ABK:J069*ABF:R05", "HI*ABF:J069*ABF:R05"),
        one("*ABF:R05\n", "*ABF:I10\n"),
        None,
    ),
    ("diagnosis_malformed", "P", one("ABK:J069", "ABK:J06.9"), one("ABK:J069", "ABK:U071"), None),
    ("diagnosis_malformed", "P", one("ABK:J069", "ABK:JO69"), one("ABK:J069", "ABK:S83241A"), None),
    (
        "diagnosis_old_codes",
        "P",
        one("HI*ABK:J069*ABF:R05", "HI*BK:4659*BF:7862"),
        (("HI*ABK:J069*ABF:R05", "HI*BK:4659*BF:7862"), ("20261116", "20150930")),
        None,
    ),
    ("diagnosis_twice", "P", one("ABF:R05", "ABF:J069"), one("ABF:R05", "ABF:J0690"), None),
    (
        "external_cause_first",
        "P",
        one("ABK:J069", "ABK:W010XXA"),
        one("ABF:R05", "ABF:W010XXA"),
        None,
    ),
    ("pointer_missing", "P", one(_SV107, "UN*1"), one(_SV107, "UN*1***2"), None),
    ("pointer_out_of_range", "P", one(_SV107, "UN*1***1:3"), one(_SV107, "UN*1***2:1"), None),
    ("pointer_out_of_range", "P", one(_SV107, "UN*1***0"), one(_SV107, "UN*1***1"), None),
    ("pointer_out_of_range", "P", one(_SV107, "UN*1***A"), one(_SV107, "UN*1***1"), None),
    ("procedure_missing", "P", one("HC:99214:25", "HC:"), one("HC:99214:25", "HC:0001U"), None),
    (
        "procedure_malformed",
        "P",
        one("HC:99214:25", "HC:9921"),
        one("HC:99214:25", "HC:3074F"),
        None,
    ),
    ("procedure_malformed", "D", one("AD:D0120", "AD:0120"), one("AD:D0120", "AD:D9999"), None),
    ("modifier_malformed", "P", one("99214:25", "99214:2"), one("99214:25", "99214:XE"), None),
    ("modifier_twice", "P", one("99214:25", "99214:25:25"), one("99214:25", "99214:25:57"), None),
    ("units_not_positive", "P", one(_SV107, "UN*0***1:2"), one(_SV107, "UN*.5***1:2"), None),
    ("units_not_positive", "P", one(_SV107, "UN****1:2"), one(_SV107, "MJ*30***1:2"), None),
    (
        "charge_not_sum",
        "P",
        one("LKS-1*250", "LKS-1*250.01"),
        one("LKS-1*250", "LKS-1*250.00"),
        None,
    ),
    (
        "charge_negative",
        "P",
        (("*100*UN*4", "*-100*UN*4"), ("LKS-1*250", "LKS-1*50")),
        (("*100*UN*4", "*0*UN*4"), ("LKS-1*250", "LKS-1*150")),
        None,
    ),
    ("lines_missing", "D", one("LX*1\nSV3*AD:D0120*60****1", ""), one("A", "A"), None),
    (
        "service_date_missing",
        "P",
        one("***1:2\nDTP*472*D8*20261116", "***1:2"),
        one("D8*20261116", "D8*20261115"),
        None,
    ),
    ("service_date_future", "P", one("20261116", "20261124"), one("20261116", "20261123"), None),
    (
        "service_dates_reversed",
        "P",
        one("D8*20261116", "RD8*20261116-20261115"),
        one("D8*20261116", "RD8*20261115-20261116"),
        None,
    ),
    (
        "place_of_service_wrong",
        "P",
        one("***11:B:1", "***1:B:1"),
        one("***11:B:1", "***02:B:1"),
        None,
    ),
    ("place_of_service_wrong", "P", one(_SV107, "UN*1*00**1:2"), one(_SV107, "UN*1*22**1:2"), None),
    (
        "drug_code_malformed",
        "P",
        one("UN*4***1", "UN*4***1\nLIN**N4*0003-0293-05\nCTP****1*ML"),
        one("UN*4***1", "UN*4***1\nLIN**N4*00003029305\nCTP****1*ML"),
        None,
    ),
    (
        "drug_code_malformed",
        "P",
        one("UN*4***1", "UN*4***1\nLIN**N4*00003029305\nCTP****1*XX"),
        one("UN*4***1", "UN*4***1\nLIN**N4*00003029305\nCTP****1*UN"),
        None,
    ),
    (
        "drug_code_missing",
        "P",
        one("A", "A"),
        one("UN*4***1", "UN*4***1\nLIN**N4*00003029305\nCTP****1*ML"),
        _MEDICAID,
    ),
    ("bill_type_wrong", "I", one("***11:A:1", "***01:A:1"), one("***11:A:1", "***12:A:1"), None),
    (
        "statement_dates_missing",
        "I",
        one("DTP*434*RD8*20261110-20261114\n", ""),
        one("DTP*434*RD8*20261110-20261114", "DTP*434*RD8*20261109-20261115"),
        None,
    ),
    (
        "service_outside_statement",
        "I",
        one("DTP*472*RD8*20261110-20261114", "DTP*472*D8*20261115"),
        one("DTP*472*RD8*20261110-20261114", "DTP*472*D8*20261114"),
        None,
    ),
    (
        "admission_incomplete",
        "I",
        one("DTP*435*DT*202611100730\n", ""),
        (("DTP*435*DT*202611100730\n", ""), ("***11:A", "***13:A")),
        None,
    ),
    (
        "admission_incomplete",
        "I",
        one("CL1*3*1*01", "CL1*3*1"),
        one("CL1*3*1*01", "CL1*3**01"),
        None,
    ),
    (
        "admission_after_stay",
        "I",
        one("DT*202611100730", "DT*202611150730"),
        one("DT*202611100730", "DT*202611140730"),
        None,
    ),
    ("revenue_code_wrong", "I", one("SV2*0120", "SV2*120"), one("SV2*0120", "SV2*0360"), None),
    (
        "covered_days_missing",
        "I",
        (("******CI", "******MA"), _MEDICARE_ID, ("HI*BE:80:::4\n", "")),
        (("******CI", "******MA"), _MEDICARE_ID),
        None,
    ),
    (
        "control_number_long",
        "P",
        one("CLM*LKS-1*", "CLM*LKS-1234567890123456X*"),
        one("CLM*LKS-1*", "CLM*LKS-1234567890123456*"),
        None,
    ),
    ("control_number_twice", "P", one("A", "A"), (), _REPEATED),
    ("claim_indicators_missing", "P", one("*Y*A*Y*Y", "*Y*A*Y"), one("*Y*A*Y*Y", "*N*C*W*I"), None),
    ("frequency_unknown", "P", one("11:B:1", "11:B:0"), one("11:B:1", "11:B:1"), None),
    (
        "frequency_unknown",
        "P",
        one("11:B:1", "11:B:3"),
        (("***11:B:1", "***11:B:7"), ("HI*ABK:J069*", "REF*F8*ICN1\nHI*ABK:J069*")),
        _ON_FILE,
    ),
    (
        "original_number_missing",
        "P",
        one("11:B:1", "11:B:7"),
        (("11:B:1", "11:B:8"), ("HI*ABK:J069*", "REF*F8*ICN1\nHI*ABK:J069*")),
        _ON_FILE,
    ),
    (
        "original_number_unknown",
        "P",
        (("11:B:1", "11:B:7"), ("HI*ABK:J069*", "REF*F8*ICN2\nHI*ABK:J069*")),
        (("11:B:1", "11:B:7"), ("HI*ABK:J069*", "REF*F8*ICN1\nHI*ABK:J069*")),
        _ON_FILE,
    ),
    (
        "original_number_on_first",
        "P",
        one("HI*ABK:J069*", "REF*F8*ICN1\nHI*ABK:J069*"),
        one("HI*ABK:J069*", "REF*D9*ICN1\nHI*ABK:J069*"),
        None,
    ),
    (
        "replacement_to_medicare",
        "P",
        (("11:B:1", "11:B:7"), ("HI*ABK:J069*", "REF*F8*ICN1\nHI*ABK:J069*")),
        one("A", "A"),
        _MEDICARE,
    ),
    (
        "primary_answer_missing",
        "S",
        (
            ("AMT*D*80\n", ""),
            ("SVD*PRA01*80*HC:99214**1\nCAS*CO*45*50\nCAS*PR*2*20\nDTP*573*D8*20261120", ""),
        ),
        one("AMT*D*80\n", ""),
        None,
    ),
    (
        "primary_answer_unbalanced",
        "S",
        one("CAS*PR*2*20", "CAS*PR*2*19.99"),
        one("CAS*PR*2*20", "CAS*PR*2*20.00"),
        None,
    ),
    ("primary_answer_unbalanced", "S", one("AMT*D*80", "AMT*D*79.99"), (), None),
    (
        "primary_answer_unbalanced",
        "S",
        one("SVD*PRA01*80*", "SVD*PRA01*70*HC:99214**1\nSVD*PRA01*20*"),
        one("SVD*PRA01*80*", "SVD*PRA01*70*HC:99214**1\nSVD*PRA01*10*"),
        None,
    ),
]


@pytest.mark.parametrize("base", BASES)
def test_claim_with_nothing_wrong_is_not_blamed(base: str) -> None:
    assert warned_ids(changed(base)) == []


@pytest.mark.parametrize(
    ("check", "base", "hit", "near", "facts"),
    CASES,
    ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)],
)
def test_check_hits_and_leaves_what_comes_near(check, base, hit, near, facts) -> None:
    assert warned_ids(changed(base, *hit), facts) == [check]
    if near:
        assert warned_ids(changed(base, *near), facts) == []


def test_facts_that_answer_a_check_keep_it_silent() -> None:
    assert warned_ids(changed("P"), _KNOWN_PAYER) == []


def test_every_check_has_a_case_or_a_test_of_its_own() -> None:
    by_facts = {
        "filing_past", "filing_near", "duplicate_in_file", "duplicate_on_file", "sent_already",
        "coverage_refused", "authorization_expected", "known_pattern",
    }  # fmt: skip
    assert {case[0] for case in CASES} | by_facts == set(checks()) == set(FUNCTIONS)


def filing(due_on: date, *, is_sure: bool = True) -> ClaimFacts:
    return ClaimFacts(as_of=AS_OF, filing=Filing(due_on, False, "120 days from service.", is_sure))


@pytest.mark.parametrize(
    ("days", "found"),
    [(-1, ["filing_past"]), (0, ["filing_near"]), (14, ["filing_near"]), (15, [])],
)
def test_filing_limit_by_the_day(days: int, found: list[str]) -> None:
    assert warned_ids(changed("P"), filing(AS_OF + timedelta(days=days))) == found


def test_filing_past_by_an_unsure_rule_may_be_refused() -> None:
    (warning,), _ = check_claim(changed("P"), filing(date(2026, 11, 1), is_sure=False))
    assert (warning.grade, warning.reason) == (
        WarningGrade.MAY_BE_REFUSED,
        "120 days from service.",
    )
    assert warning.finding.found == "22 days late"


def test_what_is_on_file_is_named() -> None:
    alike = Alike("LKS-0", 2, "on file, paid")
    for name, facts in {
        "duplicate_on_file": ClaimFacts(as_of=AS_OF, alike=(alike, alike)),
        "duplicate_in_file": ClaimFacts(as_of=AS_OF, repeats=(alike,)),
    }.items():
        (warning,), _ = check_claim(changed("P"), facts)
        assert (warning.check.id, warning.charge_cents) == (name, 10_000)
        assert warning.finding.found == "LKS-0 bills the same (on file, paid)"
    before = ClaimFacts(as_of=AS_OF, sent_before=Alike("LKS-1", 0, "sent 11/02/2026"))
    assert warned_ids(changed("P"), before) == ["sent_already"]


def test_coverage_refused_before_names_claim_and_reason() -> None:
    refusal = CoverageRefusal("LKS-0", "27", date(2026, 10, 1))
    facts = ClaimFacts(as_of=AS_OF, coverage_refusal=refusal, has_history=True)
    (warning,), _ = check_claim(changed("P"), facts)
    assert warning.finding.found == "LKS-0 refused 10/01/2026: 27 after coverage ended"


AUTHORIZATION = Warned(
    "authorization_expected",
    (("payer", "7"), ("procedure", "J3301"), ("authorization", "no")),
    "197", 9, 12, 90_000, 7500, "Refused 9 of 12 times.",
)  # fmt: skip
LEARNED = ClaimFacts(as_of=AS_OF, keys=Keys(payer="7"), warned=(AUTHORIZATION,), has_history=True)


def test_authorization_is_expected_where_it_was_missed_before() -> None:
    (warning,), _ = check_claim(changed("P"), LEARNED)
    assert (warning.check.id, warning.finding.line_number) == ("authorization_expected", 2)
    assert warning.reason == "Refused 9 of 12 times."


@pytest.mark.parametrize(
    "near",
    [
        one("HI*ABK:J069*", "REF*G1*A7\nHI*ABK:J069*"),
        one("UN*4***1\nDTP*472*D8*20261116", "UN*4***1\nDTP*472*D8*20261116\nREF*G1*A7"),
        one("HC:J3301", "HC:J3302"),
    ],
    ids=["on the claim", "on the line", "another procedure"],
)
def test_authorization_is_not_expected(near: tuple[tuple[str, str], ...]) -> None:
    assert warned_ids(changed("P", *near), LEARNED) == []


def pattern(*conditions: tuple[str, str], reason: str = "97") -> Warned:
    return Warned("known_pattern", conditions, reason, 22, 87, 290_460, 2528, "Case 9: ours.")


@pytest.mark.parametrize(
    ("conditions", "lines"),
    [
        ([("payer", "7"), ("modifier", "25")], [1]),
        ([("payer", "7"), ("age", "45-64"), ("sex", "F")], [1, 2]),
        ([("lag", "0-7"), ("place", "11"), ("plan", "CI")], [1, 2]),
        ([("diagnosis", "J06"), ("rendering_provider", "3")], [1, 2]),
        ([("payer", "8"), ("modifier", "25")], []),
        ([("payer", "7"), ("modifier", "25 57")], []),
        ([("billing_provider", "1")], []),
    ],
    ids=["modifier", "age and sex", "lag, place, plan", "diagnosis", "payer", "set", "not known"],
)
def test_pattern_is_named_on_the_lines_that_have_all_its_values(conditions, lines) -> None:
    facts = ClaimFacts(
        as_of=AS_OF,
        keys=Keys(payer="7", rendering_provider="3"),
        warned=(pattern(*conditions),),
        was_searched=True,
        has_history=True,
    )
    warnings, _ = check_claim(changed("P"), facts)
    assert [warning.finding.line_number for warning in warnings] == lines
    for warning in warnings:
        assert (warning.check.id, warning.reason) == ("known_pattern", "Case 9: ours.")
        assert (warning.finding.carc, warning.finding.chance) == ("97", 2528)


def test_authorization_is_told_once_where_a_pattern_says_it_too() -> None:
    also = pattern(("payer", "7"), ("procedure", "J3301"), reason="197")
    facts = ClaimFacts(
        as_of=AS_OF, keys=Keys(payer="7"), warned=(AUTHORIZATION, also), was_searched=True,
        has_history=True,
    )  # fmt: skip
    assert warned_ids(changed("P"), facts) == ["authorization_expected"]


def test_what_cannot_be_looked_at_is_said() -> None:
    warnings, not_looked = check_claim(
        changed("P"), ClaimFacts(as_of=AS_OF, why_no_filing="No filing rule is on file.")
    )
    assert warnings == []
    assert dict(not_looked) == {
        "tax_id_not_ours": "The practice's tax ID is not on file.",
        "payer_unknown": "No payers are on file.",
        "filing_past": "No filing rule is on file.",
        "coverage_refused": "No payer has answered a claim of the practice yet.",
        "authorization_expected": "No payer has answered a claim of the practice yet.",
        "known_pattern": "No search for patterns of refusals has been made yet.",
    }


def test_check_that_is_off_says_nothing() -> None:
    claim = changed("P", ("19800402*F", "19800402*U"))
    assert check_claim(claim, _KNOWN_PAYER, off={"sex_unknown"})[0] == []


def test_finding_names_its_place_and_no_patient() -> None:
    (warning,), _ = check_claim(changed("P", ("HLH4471203", "HLH 4471203")), _KNOWN_PAYER)
    finding = warning.finding
    assert (finding.segment_number, finding.loop, finding.element) == (15, "2010BA", "NM109")
    for secret in ("QUILL", "HLH", "4471203", "1980"):
        assert secret not in f"{finding.found} {finding.expected} {warning.reason}"


def test_lines_that_bill_the_same_have_one_key() -> None:
    def keys(*changes: tuple[str, str]) -> list[bytes]:
        return [key for _, key in line_keys(changed("P", *changes))]

    assert keys() == keys(("LKS-1", "LKS-2"), ("ABK:J069", "ABK:I10"))
    assert keys(("99214:25", "99214:25:57")) == keys(("99214:25", "99214:57:25")), "any order"
    for other in (("QUILL", "QUELL"), ("99214:25", "99215:25"), ("99214:25", "99214")):
        assert keys(other)[0] != keys()[0], other
    assert len(keys(("99214:25", "99214:76"))) == 1, "a repeat on purpose"
    assert keys(("11:B:1", "11:B:7")) == [], "a replacement"


def test_every_check_says_all_that_is_shown_of_it() -> None:
    for check in checks().values():
        assert all(text.endswith(".") for text in (check.says, check.suggestion)), check.id
        assert (bool(check.source), check.confidence in "HML") == (True, True), check.id
        for reason in check.prevents:
            assert codes.carc(reason.carc).is_known, check.id
            assert all(codes.rarc(code).is_known for code in reason.rarcs), check.id
            assert reason.carc != "16" or reason.rarcs, f"{check.id}: 16 alone says nothing"
        assert all(codes.claim_status(code).is_known for code in check.statuses), check.id
