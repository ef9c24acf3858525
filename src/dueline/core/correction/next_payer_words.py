"""The claim to the next payer in words: what a person may fill in, what is still missing, and what differs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date

from dueline.core.codes import short_list
from dueline.core.correction.change import Change
from dueline.core.correction.fields import CorrectionError, Field, plain
from dueline.core.correction.next_payer import ORDER, SELF, Answer, name_of
from dueline.core.money import dollar_words
from dueline.core.x12.model import Adjustment, OtherPayer, Party, SubmittedClaim

_SEQUENCES = dict(zip(ORDER, ("1, primary", "2, secondary", "3, tertiary")))
RELATIONSHIPS = {
    SELF: "self",
    "01": "spouse",
    "19": "child",
    "20": "employee",
    "21": "unknown",
    "39": "organ donor",
    "40": "cadaver donor",
    "53": "life partner",
    "G8": "other",
}
_MEDICARE = frozenset({"MA", "MB"})
_MEDICARE_REASONS = frozenset("12 13 14 15 16 41 42 43 47".split())  # SBR05


def _holder(other: OtherPayer) -> Party:
    other.subscriber = other.subscriber or Party(entity="IL", is_person=True)
    return other.subscriber


def _payer(other: OtherPayer) -> Party:
    other.payer = other.payer or Party(entity="PR")
    return other.payer


def _of_holder(name: str, label: str, longest: int) -> Field[OtherPayer]:
    def put(other: OtherPayer, text: str) -> None:
        setattr(_holder(other), name, plain(label, text, longest))

    return Field(
        f"holder_{name}", label, lambda o: getattr(o.subscriber, name) if o.subscriber else "", put
    )


def _put_member(other: OtherPayer, text: str) -> None:
    _holder(other).identifier = plain("Member ID", text, 80, is_needed=True)


def _put_payer_id(other: OtherPayer, text: str) -> None:
    value = plain("Payer ID", text, 80, is_needed=True)
    if len(value) < 2:
        raise CorrectionError("Payer ID: expected two signs at least.")
    _payer(other).identifier = value
    _payer(other).id_qualifier = _payer(other).id_qualifier or "PI"


def _put_relationship(other: OtherPayer, text: str) -> None:
    value = text.strip().upper()
    if value not in RELATIONSHIPS:
        told = ", ".join(f"{code} {words}" for code, words in RELATIONSHIPS.items())
        raise CorrectionError(f"Relationship: expected one of {told}.")
    other.relationship = value


def _put_indicator(other: OtherPayer, text: str) -> None:
    value = text.strip().upper()
    if value not in short_list("filing_indicator"):
        raise CorrectionError("Kind of plan: expected a code of SBR09, such as CI, MB or MC.")
    other.filing_indicator = value


def _put_reason(other: OtherPayer, text: str) -> None:
    value = text.strip()
    if value and value not in _MEDICARE_REASONS:
        told = ", ".join(sorted(_MEDICARE_REASONS))
        raise CorrectionError(f"Why Medicare is not first: expected one of {told}, or nothing.")
    other.insurance_type = value


def _put_group(name: str, label: str, longest: int) -> Callable[[OtherPayer, str], None]:
    return lambda other, text: setattr(other, name, plain(label, text, longest))


NEXT_PAYER_FIELDS: tuple[Field[OtherPayer], ...] = (
    Field("member_id", "Member ID", lambda o: o.subscriber.identifier if o.subscriber else "",
          _put_member),
    Field("relationship", "Relationship (18 self, 01 spouse)",
          lambda o: o.relationship, _put_relationship),
    _of_holder("last_name", "Subscriber last name", 60),
    _of_holder("first_name", "Subscriber first name", 35),
    Field("payer_id", "Payer ID", lambda o: o.payer.identifier if o.payer else "", _put_payer_id),
    Field("filing_indicator", "Kind of plan (SBR09)", lambda o: o.filing_indicator, _put_indicator),
    Field("group_number", "Group number", lambda o: o.group_number,
          _put_group("group_number", "Group number", 50)),
    Field("group_name", "Group name", lambda o: o.group_name,
          _put_group("group_name", "Group name", 60)),
    Field("insurance_type", "Why Medicare is not first (SBR05)", lambda o: o.insurance_type,
          _put_reason),
)  # fmt: skip


def with_edits(target: OtherPayer, edits: Mapping[str, str]) -> OtherPayer:
    """Return the next payer as a person has filled it in. Raises CorrectionError."""
    found = deepcopy(target)
    known = {field.name for field in NEXT_PAYER_FIELDS}
    if strange := sorted(edits.keys() - known):
        raise CorrectionError(f"{strange[0][:40]}: this stays as the payer before had it.")
    for field in NEXT_PAYER_FIELDS:
        if field.name in edits:
            field.put(found, edits[field.name])
    return found


def missing(target: OtherPayer, answers: Sequence[Answer]) -> list[str]:
    """Return by name what is not known and must be: the claim is not sent without it."""
    name = name_of(target)
    holder, payer = target.subscriber or Party(), target.payer or Party()
    needed: list[tuple[object, str]] = [
        (holder.identifier, f"The member ID with {name}"),
        (target.relationship, "What the patient is to the subscriber"),
        (target.relationship in ("", SELF) or holder.last_name, "The subscriber’s last name"),
        (payer.identifier, f"The electronic payer ID of {name}"),
        (target.filing_indicator, f"What kind of plan {name} is (SBR09)"),
        (
            target.filing_indicator not in _MEDICARE or target.insurance_type,
            "Why Medicare is not first (SBR05)",
        ),
    ]
    for answer in answers:
        before = answer.coverage.payer or Party()
        needed.append((before.identifier, f"The electronic payer ID of {name_of(answer.coverage)}"))
        needed.append((answer.paid_on, f"The day on which {name_of(answer.coverage)} paid"))
    return [words for value, words in needed if not value]


# ---------------------------------------------------------------- what differs


def next_payer_changes(original: SubmittedClaim, claim: SubmittedClaim) -> list[Change]:
    """Return how the claim to the next payer differs from the one sent before, in words."""
    found = [Change("", label, one, other) for label, one, other in _of_claim(original, claim)]
    for other in claim.other_payers:
        if other.paid_cents is None:
            continue
        name = name_of(other)
        found.append(Change("", f"{name} paid", "", dollar_words(other.paid_cents)))
        if other.adjustments:
            found.append(Change("", f"{name} adjusted", "", _adjusted(other.adjustments)))
        for line in claim.lines:
            place = f"Line {line.line_number}"
            for one in line.other_adjudications:
                if other.payer is None or one.payer_identifier != other.payer.identifier:
                    continue
                words = f"{dollar_words(one.paid_cents)} of {dollar_words(line.charge_cents)}"
                words += f", {_on(one.adjudicated_on)}" if one.adjudicated_on else ""
                words += f", with line {one.bundled_line}" if one.bundled_line else ""
                found.append(Change(place, f"{name} paid", "", words))
                found.append(Change(place, f"{name} adjusted", "", _adjusted(one.adjustments)))
    return [change for change in found if change.before != change.after]


def _of_claim(original: SubmittedClaim, claim: SubmittedClaim) -> Iterator[tuple[str, str, str]]:
    was, now = original.subscriber, claim.subscriber
    yield "Payer", original.payer.last_name, claim.payer.last_name
    yield "Payer ID", original.payer.identifier, claim.payer.identifier
    yield (
        "Place of the payer",
        _SEQUENCES.get(was.sequence, was.sequence),
        _SEQUENCES.get(now.sequence, now.sequence),
    )
    yield "Member ID", was.party.identifier, now.party.identifier
    yield "Subscriber", _person(was.party), _person(now.party)
    yield "Relationship of the patient", _relationship(original), _relationship(claim)
    yield "Group number", was.group_number, now.group_number
    yield "Kind of plan", was.filing_indicator, now.filing_indicator
    yield "Frequency", original.frequency_code, claim.frequency_code
    yield "Payer’s claim number", original.original_reference, claim.original_reference
    moved = f"Told as that of {original.payer.last_name}"
    authorization = original.prior_authorization
    yield "Authorization", authorization, moved if authorization else ""


def _relationship(claim: SubmittedClaim) -> str:
    code = claim.subscriber.relationship or claim.patient_relationship
    return RELATIONSHIPS.get(code, code)


def _person(party: Party) -> str:
    return f"{party.last_name}, {party.first_name}".rstrip(", ")


def _adjusted(adjustments: Sequence[Adjustment]) -> str:
    told = (f"{a.group_code}-{a.carc} {dollar_words(a.amount_cents)}" for a in adjustments)
    return ", ".join(told)


def _on(day: date) -> str:
    return f"{day:%m/%d/%Y}"


# ---------------------------------------------------------------- whether


@dataclass(frozen=True)
class Turn:
    """What of a claim decides whether it may be billed to the payer whose turn it is. "" is not known or none."""

    is_later: bool  # a payer before has answered, and the rest is this one's
    balance_cents: int
    payer: str
    is_sent: bool = False  # to this payer, by a file that was taken in
    forwarded: str = ""  # by what the payer before says that it sent the claim on itself
    before: str = ""  # that payer
    why_unreadable: str = ""
    open_since: date | None = None  # a correction, or a claim to this payer, that is not ended


def why_not_billed(turn: Turn, *, said: str = "") -> str:
    """Return why a claim may not be billed to its next payer; "" where it may.

    `said` is why a person bills it although the payer before has forwarded it: that is refused without a reason.
    """
    if not turn.is_later:
        return "No payer before has paid its part: the claim is still with its first payer."
    if turn.open_since is not None:
        return (
            f"A claim or correction is open since {turn.open_since:%m/%d/%Y}. "
            "Finish or withdraw it first."
        )
    if turn.balance_cents <= 0:
        return f"Nothing is left for {turn.payer}: the payer balance is {dollar_words(turn.balance_cents)}."
    if turn.is_sent:
        return f"The claim was sent to {turn.payer} already. To change it, correct it."
    if turn.why_unreadable:
        return turn.why_unreadable
    if turn.forwarded and not said:
        return (
            f"{turn.before} says that it sent the claim on itself ({turn.forwarded}): another copy would be a "
            "duplicate. Say why it is billed all the same."
        )
    return ""
