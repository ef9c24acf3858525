"""A practice's letterhead, its letters over Dueline's own, and its terms over the usual ones."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from dueline.accounts.models import Practice, PracticeNpi
from dueline.appeals.models import Letterhead, LetterVersion, LevelTerms
from dueline.core.appeals.letters import Template, parse, shipped
from dueline.core.appeals.levels import AppealLevel, SendMethod, Terms, usual_terms
from dueline.core.enums import PayerType
from dueline.core.payer_rules import Purpose
from dueline.payers.models import Payer
from dueline.payers.queries import contact_for


@dataclass(frozen=True)
class LetterInUse:
    """A letter as it is now: `version` 0 is Dueline's own."""

    template: Template
    version: int = 0
    saved_by: str = ""


def last_letterhead(practice: Practice) -> Letterhead | None:
    found: Letterhead | None = (
        Letterhead.objects.filter(practice=practice).order_by("-number").first()
    )
    return found


def letterhead_of(practice: Practice) -> Letterhead:
    """Return the letterhead that holds; one not saved, with number 0, from what is known of the practice."""
    return last_letterhead(practice) or Letterhead(
        practice=practice,
        number=0,
        name=practice.name,
        address=_address(practice),
        phone=practice.phone,
        tax_id=practice.tax_id,
        npi=PracticeNpi.objects.filter(practice=practice)
        .order_by("pk")
        .values_list("npi", flat=True)
        .first()
        or "",
    )


def _address(practice: Practice) -> str:
    code = practice.postal_code
    code = f"{code[:5]}-{code[5:]}" if len(code) == 9 and code.isdigit() else code
    town = " ".join(filter(None, (practice.state, code)))
    last = ", ".join(filter(None, (practice.city, town)))
    return "\n".join(filter(None, (practice.address_1, practice.address_2, last)))


def letter_versions(practice: Practice) -> dict[str, LetterVersion]:
    """Return the practice's latest version of each key, taken away or not."""
    own = LetterVersion.objects.filter(practice=practice)
    latest = own.values("key").annotate(last=Max("pk")).values("last")
    return {row.key: row for row in LetterVersion.objects.filter(pk__in=latest)}


def letters_of(practice: Practice) -> dict[str, LetterInUse]:
    """Return the letters in use by key: Dueline's in their order, then the practice's further ones."""
    found = {key: LetterInUse(template) for key, template in shipped().items()}
    for key, row in sorted(letter_versions(practice).items()):
        if row.text:
            found[key] = LetterInUse(parse(row.text), row.number, row.saved_by)
    return found


def letter_of(practice: Practice, key: str, version: int) -> Template:
    """Return a letter as it was at a version. Raises KeyError where there is none."""
    if not version:
        return shipped()[key]
    row = LetterVersion.objects.filter(practice=practice, key=key, number=version).first()
    if row is None or not row.text:
        raise KeyError(key)
    return parse(row.text)


def terms_of(payer: Payer, *, as_of: date) -> dict[AppealLevel, Terms]:
    """Return what each level asks for at a payer: the practice's word, else the usual, sent to its appeals desk."""
    contact = contact_for(payer, Purpose.APPEALS)
    own = {
        row.level: row
        for row in LevelTerms.objects.filter(practice=payer.practice_id, payer=payer).order_by("pk")
    }
    found = {}
    for level in AppealLevel:
        row = own.get(level.value)
        terms = _terms(row) if row else _usual(payer, level, as_of)
        if not terms.send_to and contact is not None:
            method, send_to = _desk(contact.address, contact.fax, contact.portal, terms.method)
            terms = Terms(level, method, send_to, terms.forms, terms.minimum_cents, terms.source)
        found[level] = terms
    return found


def _usual(payer: Payer, level: AppealLevel, as_of: date) -> Terms:
    kind = PayerType(payer.payer_type)
    return usual_terms(level, payer_type=kind, is_in_network=payer.is_in_network, as_of=as_of)


def _terms(row: LevelTerms) -> Terms:
    return Terms(
        AppealLevel(row.level),
        SendMethod(row.method) if row.method else None,
        row.send_to,
        tuple(row.forms),
        row.minimum_cents,
        f"{row.source} (by {row.saved_by}, {row.saved_at:%m/%d/%Y})",
    )


def _desk(
    address: str, fax: str, portal: str, method: SendMethod | None
) -> tuple[SendMethod | None, str]:
    """Return how and where a payer's appeals desk is reached, by the method asked for where there is one."""
    ways = {
        SendMethod.MAIL: address,
        SendMethod.CERTIFIED_MAIL: address,
        SendMethod.FAX: fax,
        SendMethod.PORTAL: portal,
    }
    if method is not None:
        return method, ways[method]
    return next(((way, to) for way, to in ways.items() if to), (None, ""))
