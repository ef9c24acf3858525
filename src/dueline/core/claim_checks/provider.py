"""Checks of the providers and the payer: who is to be paid, by whom."""

import re
from collections.abc import Iterator

from dueline.core.claim_checks.facts import Answer, ClaimFacts, Finding, NotLooked
from dueline.core.enums import PayerType, SetKind
from dueline.core.npi import is_npi
from dueline.core.x12.model import Party, SubmittedClaim

_NPI = "ten digits with a right check digit"
_BOX = re.compile(r"\b(P\.?\s*O\.?\s*(BOX|DRAWER)|POST OFFICE BOX|LOCK\s?BOX)\b", re.IGNORECASE)
_TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
_MEDICAID = frozenset({PayerType.MEDICAID, PayerType.MEDICAID_MANAGED})
_ROLES = {
    "DN": "referring provider",
    "P3": "primary care provider",
    "82": "rendering provider",
    "71": "attending provider",
    "72": "operating provider",
    "77": "service facility",
    "DQ": "supervising provider",
    "DK": "ordering provider",
    "ZZ": "other operating provider",
    "DD": "assistant surgeon",
}


def billing_npi_wrong(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    party = claim.billing_provider
    if party.id_qualifier == "XX" and is_npi(party.identifier):
        return
    number = party.segment_number or claim.segment_number
    found = party.identifier[:20] or "nothing"
    yield Finding(number, "2010AA", "NM109", _NPI, found)


def provider_npi_wrong(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    """Every other provider named, each once; one named without an NPI may be exempt."""
    seen: set[str] = set()
    for party, loop, line in _other_providers(claim):
        if party.id_qualifier != "XX" or is_npi(party.identifier) or party.identifier in seen:
            continue
        seen.add(party.identifier)
        role = _ROLES.get(party.entity, "provider")
        found = f"{party.identifier[:20] or 'nothing'} ({role})"
        yield Finding(party.segment_number, loop, "NM109", _NPI, found, line_number=line)


def _other_providers(claim: SubmittedClaim) -> Iterator[tuple[Party, str, int]]:
    on_claim = (
        claim.referring_provider,
        claim.rendering_provider,
        claim.attending_provider,
        claim.service_facility,
        *claim.other_providers,
    )
    yield from ((party, "2310", 0) for party in on_claim if party is not None)
    for line in claim.lines:
        yield from ((party, "2420", line.line_number) for party in line.providers)


def tax_id_wrong(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    party = claim.billing_provider
    told = [r for r in party.references if r.qualifier in ("EI", "SY")]
    number = told[0].segment_number if told else party.segment_number
    digits = told[0].value.replace("-", "") if told else ""
    if len(digits) == 9 and digits.isascii() and digits.isdigit() and digits != "0" * 9:
        return
    found = "nothing" if not told else f"{len(told[0].value)} signs that are no nine digits"
    yield Finding(number, "2010AA", "REF02", "a tax ID of nine digits (REF EI or SY)", found)


def tax_id_not_ours(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    told = next((r for r in claim.billing_provider.references if r.qualifier == "EI"), None)
    if told is None:
        return
    if not facts.practice_tax_id:
        yield NotLooked("The practice's tax ID is not on file.")
    elif told.value.replace("-", "") != facts.practice_tax_id.replace("-", ""):
        expected = f"{facts.practice_tax_id}, the practice's"
        yield Finding(told.segment_number, "2010AA", "REF02", expected, told.value[:20])


def billing_address_box(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    party = claim.billing_provider
    if _BOX.search(f"{party.address_1} {party.address_2}"):
        found = "a post office box"
        yield Finding(party.segment_number, "2010AA", "N301", "a street address", found)


def billing_postal_code(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    party = claim.billing_provider
    if party.country in ("", "US") and not re.fullmatch(r"[0-9]{9}", party.postal_code):
        found = f"{len(party.postal_code)} signs" if party.postal_code else "nothing"
        yield Finding(party.segment_number, "2010AA", "N403", "nine digits (ZIP+4)", found)


def taxonomy_malformed(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    parties = [(claim.billing_provider, "2000A", 0), *_other_providers(claim)]
    seen: set[str] = set()
    for party, loop, line in parties:
        code = party.taxonomy
        if code and code not in seen and not _TAXONOMY.fullmatch(code):
            seen.add(code)
            expected = "ten letters and digits ending in X"
            yield Finding(
                party.segment_number, loop, "PRV03", expected, code[:12], line_number=line
            )


def taxonomy_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    """Medicaid finds the provider by NPI and taxonomy; others seldom need it."""
    if facts.payer_type not in _MEDICAID or claim.kind is SetKind.CLAIM_DENTAL:
        return
    of_lines = [p for line in claim.lines for p in line.providers]
    parties = [claim.billing_provider, claim.rendering_provider, claim.attending_provider]
    if not any(party.taxonomy for party in [*parties, *of_lines] if party is not None):
        number = claim.billing_provider.segment_number
        expected = "the taxonomy the provider is enrolled with"
        yield Finding(number, "2000A", "PRV03", expected, "nothing")


def rendering_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if claim.kind is not SetKind.CLAIM_PROFESSIONAL or claim.billing_provider.is_person:
        return
    lines = claim.lines
    is_on_lines = bool(lines) and all(any(p.entity == "82" for p in x.providers) for x in lines)
    if claim.rendering_provider is None and not is_on_lines:
        expected = "who rendered the service (NM1 82), where an organization bills"
        yield Finding(claim.segment_number, "2310B", "NM1", expected, "nothing")


def attending_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if claim.kind is SetKind.CLAIM_INSTITUTIONAL and claim.attending_provider is None:
        expected = "the attending provider (NM1 71)"
        yield Finding(claim.segment_number, "2310A", "NM1", expected, "nothing")


def payer_id_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if not claim.payer.identifier.strip():
        number = claim.payer.segment_number or claim.segment_number
        yield Finding(number, "2010BB", "NM109", "the payer's identifier", "nothing")


def payer_unknown(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if facts.is_payer_known is None:
        yield NotLooked("No payers are on file.")
    elif not facts.is_payer_known and claim.payer.identifier.strip():
        found = claim.payer.identifier[:20]
        expected = "an identifier of a payer on file"
        yield Finding(claim.payer.segment_number, "2010BB", "NM109", expected, found)


def filing_indicator_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if not claim.subscriber.filing_indicator:
        number = claim.subscriber.segment_number or claim.segment_number
        yield Finding(number, "2000B", "SBR09", "the kind of coverage, such as CI or MB", "nothing")


CHECKS = (
    billing_npi_wrong,
    provider_npi_wrong,
    tax_id_wrong,
    tax_id_not_ours,
    billing_address_box,
    billing_postal_code,
    taxonomy_malformed,
    taxonomy_missing,
    rendering_missing,
    attending_missing,
    payer_id_missing,
    payer_unknown,
    filing_indicator_missing,
)
