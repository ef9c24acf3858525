"""A practice's own letterhead, letters and terms: each change is a new version, with who made it and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.appeals.actions.steps import lines_of, words
from dueline.appeals.errors import AppealRefused
from dueline.appeals.models import Letterhead, LetterVersion, LevelTerms
from dueline.appeals.packet.files import look_at_logo
from dueline.appeals.queries.letters import last_letterhead, letter_versions
from dueline.appeals.storage import keep
from dueline.core.appeals.letters import LetterError, parse, shipped
from dueline.core.appeals.levels import AppealLevel, SendMethod
from dueline.core.money import LARGEST_CENTS
from dueline.core.npi import is_npi
from dueline.payers.models import Payer

MOST_FORMS = 10


@dataclass(frozen=True)
class LetterheadFacts:
    """What stands in a letterhead. `logo`: None keeps the present one, b"" takes it away."""

    name: str
    address: str
    phone: str
    fax: str
    tax_id: str
    npi: str
    logo: bytes | None = None


@transaction.atomic
def save_letterhead(
    *, practice: Practice, facts: LetterheadFacts, by: User, now: datetime
) -> Letterhead:
    """Save a version of the letterhead; letters made from now on have it. Audited.

    Raises NotAllowed and AppealRefused (no name or address, too long, no NPI, no picture).
    """
    check(by, practice, Permission.CHANGE_LETTERS)
    last = last_letterhead(practice)
    npi = facts.npi.strip()
    if npi and not is_npi(npi):
        raise AppealRefused("NPI: expected ten digits with a right check digit.")
    logo = last.logo_sha256 if last else ""
    if facts.logo is not None:
        logo = _kept_logo(practice, facts.logo)
    row = Letterhead.objects.create(
        practice=practice,
        number=(last.number if last else 0) + 1,
        name=words(facts.name, "Name", most=200, is_needed=True),
        address=lines_of(facts.address, "Address", is_needed=True),
        phone=words(facts.phone, "Telephone", most=30),
        fax=words(facts.fax, "Fax", most=30),
        tax_id=words(facts.tax_id, "Tax ID", most=20),
        npi=npi,
        logo_sha256=logo,
        saved_at=now,
        saved_by=by.get_username(),
    )
    _audit(practice, "save_letterhead", "letterhead", str(row.number), by, now)
    return row


def _kept_logo(practice: Practice, content: bytes) -> str:
    if not content:
        return ""
    look_at_logo(content)
    return keep(practice, content)


@transaction.atomic
def save_letter(
    *, practice: Practice, key: str, text: str, reason: str, base: int, by: User, now: datetime
) -> LetterVersion:
    """Save the practice's version of a letter, or a letter of its own. Audited.

    `base`: the number of the version that was changed, 0 for none. Raises NotAllowed and AppealRefused:
    a fault in the text, another key, no reason, or someone saved meanwhile.
    """
    check(by, practice, Permission.CHANGE_LETTERS)
    try:
        template = parse(text)
    except LetterError as error:
        raise AppealRefused(str(error)) from None
    if template.key != key:
        raise AppealRefused(f"key: expected {key}, found {template.key}. A letter keeps its key.")
    return _add(practice, key, text, reason, base, by, now)


@transaction.atomic
def withdraw_letter(
    *, practice: Practice, key: str, reason: str, base: int, by: User, now: datetime
) -> LetterVersion:
    """Take the practice's version away: Dueline's own holds again. Raises NotAllowed and AppealRefused."""
    check(by, practice, Permission.CHANGE_LETTERS)
    held = letter_versions(practice).get(key)
    if held is None or not held.text:
        raise AppealRefused("The practice has no version of this letter: nothing to take away.")
    return _add(practice, key, "", reason, base, by, now)


def _add(
    practice: Practice, key: str, text: str, reason: str, base: int, by: User, now: datetime
) -> LetterVersion:
    why = words(reason, "Why it is changed", most=300, is_needed=True)
    held = letter_versions(practice).get(key)
    number = held.number if held else 0
    stale = AppealRefused("Someone saved another version meanwhile. Compare both, and save again.")
    if base != number:
        raise stale
    try:
        with transaction.atomic():
            row: LetterVersion = LetterVersion.objects.create(
                practice=practice,
                key=key,
                number=number + 1,
                text=text,
                reason=why,
                saved_at=now,
                saved_by=by.get_username(),
            )
    except IntegrityError:
        raise stale from None
    action = "save_letter" if text else "withdraw_letter"
    _audit(practice, action, "letter", key, by, now, version=row.number, own=key not in shipped())
    return row


@transaction.atomic
def save_terms(
    *,
    payer: Payer,
    level: AppealLevel,
    method: SendMethod | None,
    send_to: str,
    forms: Sequence[str],
    minimum_cents: int,
    source: str,
    by: User,
    now: datetime,
) -> LevelTerms:
    """Say what a payer asks for at a level, with where that is from. Audited.

    Raises NotAllowed and AppealRefused (no source, too long, an amount below nothing).
    """
    check(by, payer.practice, Permission.CHANGE_LETTERS)
    if not 0 <= minimum_cents <= LARGEST_CENTS:
        raise AppealRefused("Least amount: expected dollars and cents, 0 for none.")
    names = [words(one, "Form", most=120) for one in forms]
    if len(names) > MOST_FORMS:
        raise AppealRefused(f"Forms: expected {MOST_FORMS} at most, found {len(names)}.")
    row: LevelTerms = LevelTerms.objects.create(
        practice=payer.practice,
        payer=payer,
        level=level.value,
        method=method.value if method else "",
        send_to=lines_of(send_to, "Where it goes"),
        forms=list(filter(None, names)),
        minimum_cents=minimum_cents,
        source=words(source, "Source", most=300, is_needed=True),
        saved_at=now,
        saved_by=by.get_username(),
    )
    _audit(payer.practice, "save_appeal_terms", "payer", str(payer.pk), by, now, level=level.value)
    return row


def _audit(
    practice: Practice, action: str, kind: str, key: str, by: User, now: datetime, **detail: object
) -> None:
    audit.record(
        practice=practice,
        by=by.get_username(),
        action=action,
        at=now,
        object_kind=kind,
        object_key=key,
        detail=detail,
    )
