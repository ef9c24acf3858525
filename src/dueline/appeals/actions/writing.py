"""Writing an appeal: started from a denial, then changed, its missing facts typed, its files enclosed."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.appeals.actions.steps import add_step, held, lines_of, move, record, words
from dueline.appeals.errors import AppealRefused, EnclosureRefused
from dueline.appeals.models import Appeal, Enclosure, TypedFact
from dueline.appeals.packet.files import MOST_BYTES, look_at
from dueline.appeals.queries.dossier import Dossier
from dueline.appeals.queries.letters import letters_of
from dueline.appeals.queries.reading import disputed_cents, draft_of, levels_of
from dueline.appeals.storage import keep
from dueline.core.appeals.facts import FACTS, MOST_TYPED
from dueline.core.appeals.letters import LetterError, fitting, printable, split
from dueline.core.appeals.levels import AppealLevel, LevelChoice, SendMethod
from dueline.core.appeals.states import AppealEvent, AppealState
from dueline.core.denial_states import ENDED
from dueline.core.enums import DenialCategory, DenialState
from dueline.denials.models import Denial

MOST_ENCLOSURES = 30
MOST_PACKET_BYTES = 4 * MOST_BYTES
_NEXT_LEVEL = "next_level"


@dataclass(frozen=True)
class AppealChanges:
    """What a writer may change. `own_text` "" is the template's; `due_on` only where no rule gives a day."""

    template: str
    own_text: str
    method: SendMethod | None
    send_to: str
    due_on: date | None = None


@transaction.atomic
def start_appeal(
    *,
    practice: Practice,
    denial: Denial,
    level: AppealLevel,
    by: User,
    as_of: date,
    now: datetime,
    template: str = "",
) -> Appeal:
    """Start an appeal of the answer that a denial is part of, as a draft. Audited.

    Without `template` the letter that fits the denial's reason is taken. Raises NotAllowed (role) and
    AppealRefused (settled already, the level is not open, no such letter).
    """
    check(by, practice, Permission.WRITE_APPEALS)
    Practice.objects.select_for_update().get(pk=practice.pk)  # numbers follow each other
    choice = _open_level(denial, level, as_of)
    letters = letters_of(practice)
    key = template or _usual_letter(denial, level, practice)
    if key not in letters:
        raise AppealRefused("This letter does not exist. Choose one of the list.")
    last = Appeal.objects.filter(practice=practice).aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(
                practice=practice,
                number=last + 1,
                claim=denial.claim,
                claim_payment_id=denial.claim_payment_id,
                denial=denial,
                payer=denial.payer,
                level=level.value,
                state=AppealState.DRAFT.value,
                template=key,
                template_version=letters[key].version,
                method=choice.terms.method.value if choice.terms.method else "",
                send_to=choice.terms.send_to,
                disputed_cents=disputed_cents(denial.claim_payment_id),
                due_on=choice.due_on,
                due_source=choice.sentence[:400] if choice.due_on else "",
                opened_at=now,
                opened_by=by.get_username(),
            )
    except IntegrityError:
        raise AppealRefused(
            "Someone started an appeal of this level meanwhile. Open that one."
        ) from None
    add_step(appeal, "", by=by, now=now, level=level.value, denial=denial.pk)
    return appeal


def _open_level(denial: Denial, level: AppealLevel, as_of: date) -> LevelChoice:
    state = DenialState(denial.state)
    if state in ENDED:
        raise AppealRefused(f"This denial is {state.replace('_', ' ')}: nothing is left to appeal.")
    choice = next((one for one in levels_of(denial, as_of=as_of) if one.level is level), None)
    if choice is None:
        raise AppealRefused(
            "No rule of this payer knows this level. Add the rule with its source first."
        )
    if not choice.is_open:
        raise AppealRefused(f"{choice.name}: {choice.why_not}")
    return choice


def _usual_letter(denial: Denial, level: AppealLevel, practice: Practice) -> str:
    if level not in (AppealLevel.RECONSIDERATION, AppealLevel.APPEAL_1):
        return _NEXT_LEVEL
    templates = [one.template for one in letters_of(practice).values()]
    return fitting(templates, carc=denial.carc, category=DenialCategory(denial.category))[0].key


@transaction.atomic
def change_appeal(*, appeal: Appeal, changes: AppealChanges, by: User, now: datetime) -> Appeal:
    """Change letter, method, address or, where no rule gives one, the last day. Audited.

    Raises NotAllowed and AppealRefused (state, no such letter, a fault in the text, too long).
    """
    check(by, appeal.practice, Permission.WRITE_APPEALS)
    row = held(appeal, AppealEvent.CHANGE)
    if changes.template != row.template:
        letters = letters_of(row.practice)
        if changes.template not in letters:
            raise AppealRefused("Letter: choose one of the list.")
        row.template, row.template_version = changes.template, letters[changes.template].version
    row.own_text = _own_text(changes.own_text)
    row.method = changes.method.value if changes.method else ""
    row.send_to = lines_of(changes.send_to, "Where it goes")
    _change_due(row, changes.due_on, by)
    move(row, AppealEvent.CHANGE, by=by, now=now, template=row.template)
    return row


def _own_text(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return "\n\n".join(split(text))
    except LetterError as error:
        raise AppealRefused(f"Letter: {error}") from None


def _change_due(row: Appeal, due_on: date | None, by: User) -> None:
    is_by_rule = row.due_on is not None and not row.due_source.startswith(_TYPED)
    if due_on == row.due_on or is_by_rule:
        return
    row.due_on = due_on
    row.due_source = f"{_TYPED}{by.get_username()}" if due_on else ""


_TYPED = "Typed by "


@transaction.atomic
def type_fact(
    *, appeal: Appeal, name: str, value: str, by: User, as_of: date, now: datetime
) -> None:
    """Say a fact that is not on file, marked as typed by whom; an empty one takes it back. Audited.

    Raises NotAllowed and AppealRefused (state, no such fact, on file already, too long).
    """
    check(by, appeal.practice, Permission.WRITE_APPEALS)
    row = held(appeal, AppealEvent.CHANGE)
    if name not in FACTS:
        raise AppealRefused("There is no such fact. Choose one that the letter names.")
    if name in Dossier(row, as_of=as_of).on_file:
        raise AppealRefused(f"{FACTS[name].label} is on file. What is on file is not typed over.")
    text = " ".join(printable(value).split())
    if len(text) > MOST_TYPED:
        raise AppealRefused(
            f"{FACTS[name].label}: expected {MOST_TYPED:,} characters at most, found {len(text):,}."
        )
    TypedFact.objects.create(
        practice_id=row.practice_id,
        appeal=row,
        name=name,
        value=text,
        typed_at=now,
        typed_by=by.get_username(),
    )
    row.state = AppealState.DRAFT.value
    row.save(update_fields=["state"])
    record(row, "type_appeal_fact", by=by, now=now, fact=name, is_taken_back=not text)


def add_enclosure(
    *, appeal: Appeal, title: str, content: bytes, by: User, now: datetime
) -> Enclosure:
    """Enclose a file, known by its content. Audited.

    Raises NotAllowed, AppealRefused (state, no title, too many) and EnclosureRefused (the file).
    """
    check(by, appeal.practice, Permission.WRITE_APPEALS)
    looked = look_at(content)  # before anything is held: it may take seconds
    with transaction.atomic():
        row = held(appeal, AppealEvent.CHANGE)
        name = words(title, "What it is", most=120, is_needed=True)
        there = list(row.enclosures.filter(removed_at=None))
        if len(there) >= MOST_ENCLOSURES:
            raise EnclosureRefused(f"Expected {MOST_ENCLOSURES} enclosures at most.")
        if sum(one.size_bytes for one in there) + len(content) > MOST_PACKET_BYTES:
            raise EnclosureRefused(
                f"All enclosures would have more than {MOST_PACKET_BYTES // 1_000_000} MB."
            )
        enclosure = Enclosure.objects.create(
            practice_id=row.practice_id,
            appeal=row,
            title=name,
            sha256=keep(row.practice, content),
            media_type=looked.media_type,
            size_bytes=len(content),
            pages=looked.pages,
            added_at=now,
            added_by=by.get_username(),
        )
        row.state = AppealState.DRAFT.value
        row.save(update_fields=["state"])
        record(row, "add_enclosure", by=by, now=now, enclosure=enclosure.pk, pages=looked.pages)
    return enclosure


@transaction.atomic
def remove_enclosure(*, appeal: Appeal, pk: int, by: User, now: datetime) -> None:
    """Take an enclosure out of the packet; its file stays kept. Raises NotAllowed and AppealRefused."""
    check(by, appeal.practice, Permission.WRITE_APPEALS)
    row = held(appeal, AppealEvent.CHANGE)
    enclosure = row.enclosures.filter(pk=pk, removed_at=None).first()
    if enclosure is None:
        raise AppealRefused("This enclosure is not part of the packet.")
    enclosure.removed_at, enclosure.removed_by = now, by.get_username()
    enclosure.save(update_fields=["removed_at", "removed_by"])
    row.state = AppealState.DRAFT.value
    row.save(update_fields=["state"])
    record(row, "remove_enclosure", by=by, now=now, enclosure=pk)


def missing_words(appeal: Appeal, *, as_of: date) -> str:
    """Return what an appeal still lacks before it can be sent, in a sentence; "" where it is whole."""
    draft = draft_of(appeal, as_of=as_of)
    lacks = [FACTS[name].label for name in draft.letter.blanks] + list(draft.missing)
    if not appeal.method:
        lacks.append("How it is sent")
    return f"Missing: {'; '.join(lacks)}." if lacks else ""
