"""The packet: all sheets set by Typst at once, so that each knows its page, and the enclosures laid into theirs.

What people typed and what files say goes in as data and is never markup. See sheets.typ.
"""

import io
import json
import re
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

import font_source_sans_pro
import pikepdf
import typst

from dueline.accounts.models import Practice
from dueline.appeals.errors import AppealRefused, EnclosureRefused
from dueline.appeals.models import Enclosure, Letterhead
from dueline.appeals.packet.files import as_pdf
from dueline.appeals.queries.dossier import Dossier, long_day, reason_words
from dueline.appeals.queries.reading import Draft
from dueline.appeals.storage import content_of
from dueline.core import codes
from dueline.core.appeals.facts import FACTS
from dueline.core.appeals.letters import OWN_PAGES, PROOF, REMITTANCE, Piece, printable
from dueline.core.appeals.levels import LEVEL_NAMES, METHOD_NAMES, AppealLevel, SendMethod
from dueline.core.money import money
from dueline.denials.models import Denial
from dueline.ledger.models import LinePayment

MOST_PACKET_PAGES = 600
# Where an enclosure lies on its sheet, in points from the lower left corner: above the footer, under the head.
_FRAME = (36.0, 46.0, 576.0, 756.0)
_MOST = 32  # characters of a word; a longer one may be broken after as many
_LONG = re.compile(rf"\S{{{_MOST + 1},}}")
_BREAK = "\u200b"
_HEAD_FACTS = (
    ("Patient", "patient_name"),
    ("Date of birth", "birth_date"),
    ("Member ID", "member_id"),
    ("Your claim number", "payer_claim_number"),
    ("Our account number", "account_number"),
    ("Dates of service", "service_dates"),
    ("Billed", "total_charge"),
    ("In dispute", "amount_disputed"),
    ("Denied", "denied_on"),
    ("Reason given", "denial_reason"),
)


@dataclass(frozen=True)
class Packet:
    """A packet as a PDF, and how many pages it has."""

    content: bytes
    pages: int


def packet_of(draft: Draft, *, as_of: date) -> Packet:
    """Return an appeal as it would go out on a day; blanks show where facts are missing.

    Raises AppealRefused: too many pages, or a kept file that is gone or can no longer be read.
    """
    if sum(row.pages for row in draft.enclosures) > MOST_PACKET_PAGES:
        raise AppealRefused(f"The enclosures have more than {MOST_PACKET_PAGES} pages in all.")
    sheets = _set(draft, as_of)
    return _joined(sheets, draft.appeal.practice, draft.enclosures)


def _set(draft: Draft, as_of: date) -> bytes:
    told = _told(draft, as_of) | {"logo": list(_logo(draft.dossier.letterhead))}
    return typst.compile(
        files("dueline.appeals.packet").joinpath("sheets.typ").read_bytes(),
        font_paths=[font_source_sans_pro.font_directory],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
    )


def _logo(head: Letterhead) -> bytes:
    if not head.logo_sha256:
        return b""
    try:
        return content_of(head.practice, head.logo_sha256)
    except OSError:
        raise AppealRefused("The letterhead’s logo is gone. Add it again.") from None


def _joined(sheets: bytes, practice: Practice, enclosures: list[Enclosure]) -> Packet:
    """Lay the pages of the enclosures into the sheets that were left for them, the last of the packet."""
    with pikepdf.open(io.BytesIO(sheets)) as packet:
        place = len(packet.pages) - sum(row.pages for row in enclosures)
        for row in enclosures:
            with pikepdf.open(io.BytesIO(_content(practice, row))) as source:
                for page in source.pages:
                    packet.pages[place].add_underlay(page, pikepdf.Rectangle(*_FRAME))
                    place += 1
        kept = io.BytesIO()
        packet.save(kept, deterministic_id=True)
        return Packet(kept.getvalue(), len(packet.pages))


def _content(practice: Practice, row: Enclosure) -> bytes:
    try:
        return as_pdf(content_of(practice, row.sha256), row.media_type)
    except (OSError, EnclosureRefused):
        raise AppealRefused(
            f"The enclosure “{row.title}” can no longer be read. Remove it, and add it again."
        ) from None


def _told(draft: Draft, as_of: date) -> dict[str, Any]:
    """Return all that the sheets say, in words."""
    appeal, dossier = draft.appeal, draft.dossier
    method = METHOD_NAMES[SendMethod(appeal.method)] if appeal.method else ""
    return {
        "head": {
            "name": _known(draft, "practice_name"),
            "lines": [_words(line) for line in _text(draft, "practice_address").split("\n")],
            "phone": _known(draft, "practice_phone"),
            "fax": _words(draft.dossier.letterhead.fax),
            "tax_id": _known(draft, "practice_tax_id"),
            "npi": _known(draft, "billing_npi"),
        },
        "date": long_day(as_of),
        "method": method,
        "level": LEVEL_NAMES[AppealLevel(appeal.level)],
        "send_to": _addressee(draft),
        "facts": [[label, _fact(draft, name)] for label, name in _HEAD_FACTS],
        "subject": [_one(piece) for piece in draft.letter.subject],
        "paragraphs": [[_one(piece) for piece in text] for text in draft.letter.paragraphs],
        "signer": _fact(draft, "signer_name"),
        "lines": [_line(row) for row in dossier.denials],
        "remittance": _remittance(dossier) if REMITTANCE in draft.own_pages else None,
        "proof": _proof(dossier) if PROOF in draft.own_pages else None,
        "own": {name: OWN_PAGES[name] for name in draft.own_pages},
        "enclosures": [
            {"title": _words(row.title), "pages": row.pages} for row in draft.enclosures
        ],
        "missing": [_words(one) for one in draft.missing],
        "is_whole": draft.is_whole,
    }


def _text(draft: Draft, name: str) -> str:
    """Return a fact as it is known, on file or typed; "" where it is not."""
    value = draft.dossier.values.get(name)
    return value.text if value else ""


def _known(draft: Draft, name: str) -> str:
    return _words(_text(draft, name))


def _fact(draft: Draft, name: str) -> dict[str, Any]:
    value = draft.dossier.values.get(name)
    if value is None:
        return _one(Piece(FACTS[name].label, name, is_blank=True))
    return _one(Piece(value.text, name))


def _addressee(draft: Draft) -> list[dict[str, Any]]:
    """Return payer and address, line by line; a payer that its address names already stands once."""
    to = draft.dossier.values.get("send_to")
    if to is None:
        return [_fact(draft, "payer_name"), _fact(draft, "send_to")]
    is_named = to.text.startswith(draft.appeal.payer.name)
    lines = [_one(Piece(line)) for line in to.text.split("\n")]
    return lines if is_named else [_fact(draft, "payer_name"), *lines]


def _one(piece: Piece) -> dict[str, Any]:
    return {"text": _words(piece.text), "blank": piece.is_blank}


def _words(text: str) -> str:
    """Return text for paper: no control characters, and no word that runs off the sheet."""
    return _LONG.sub(_broken, printable(text).replace("\n", " "))


def _broken(word: re.Match[str]) -> str:
    text = word[0]
    return _BREAK.join(text[at : at + _MOST] for at in range(0, len(text), _MOST))


def _line(row: Denial) -> list[str]:
    line = row.service_line
    if line is not None:
        name = f"{line.line_number}: {line.procedure_code or line.revenue_code} {line.modifiers}"
    elif row.line_payment is not None:
        name = row.line_payment.procedure_code or "A line"
    else:
        name = "The claim as a whole"
    return [_words(name), _words(reason_words(row)), _words(row.rarcs), money(row.amount_cents)]


def _remittance(dossier: Dossier) -> dict[str, Any]:
    payment = dossier.payment
    remittance, reasons = payment.remittance, dossier.adjustments()
    lines = LinePayment.objects.filter(claim_payment=payment).order_by("pk")
    return {
        "facts": [
            ["Payer", _words(remittance.payer.name)],
            ["Payment date", long_day(remittance.paid_on) or "Not stated"],
            ["Trace number", _words(remittance.trace_number)],
            ["Payer’s claim number", _words(payment.payer_claim_control_number) or "Not stated"],
            ["Our account number", _words(payment.patient_control_number)],
            ["Claim status", f"{payment.status_code}: {codes.clp_status(payment.status_code)}"],
            ["Charge", money(payment.charge_cents)],
            ["Paid", money(payment.paid_cents)],
            ["Patient’s share", _cents(payment.patient_responsibility_cents)],
        ],
        "lines": [
            [
                _words(f"{row.procedure_code or row.revenue_code} {row.modifiers}"),
                long_day(row.service_from_on or payment.service_from_on),
                money(row.charge_cents),
                _cents(row.allowed_cents),
                money(row.paid_cents),
                _reasons(reasons.get(row.pk, ())),
                _words(row.remark_codes),
            ]
            for row in lines
        ],
        "claim_level": _reasons(reasons.get(None, ())),
        "source": _words(
            f"Rendered from the electronic remittance (835), set "
            f"{remittance.transaction_set.control_number}, segment {payment.segment_number}."
        ),
    }


def _cents(value: int | None) -> str:
    return "Not stated" if value is None else money(value)


def _reasons(entries: Any) -> str:
    return _words(
        "; ".join(
            f"{row.group_code}-{row.carc} {money(row.amount_cents)}, {codes.carc(row.carc).short}"
            for row in entries
        )
    )


def _proof(dossier: Dossier) -> dict[str, Any]:
    values = dossier.values
    return {
        "rows": [[long_day(r.on), _words(r.what), _words(r.detail)] for r in dossier.filed()],
        "facts": [
            [FACTS[name].label, _words(values[name].text)]
            for name in ("first_submitted_on", "accepted_on", "filing_due_on", "filing_rule")
            if name in values
        ],
    }
