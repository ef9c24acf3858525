"""What all transaction sets share: delimiters, segments, problems, envelopes, parties, references."""

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from functools import cached_property


@dataclass(frozen=True)
class Delimiters:
    """The four delimiters an ISA declares; `repetition` is "" where ISA11 declares none (4010)."""

    element: str = "*"
    repetition: str = "^"
    component: str = ":"
    segment: str = "~"

    @cached_property
    def swapped(self) -> dict[int, str]:
        """Return for `str.translate` how a text reads with the usual separators; {} where it has them.

        The usual ones are told as these, so that two texts never become one.
        """
        pairs = {
            own: usual
            for own, usual in ((self.element, "*"), (self.repetition, "^"), (self.component, ":"))
            if own and own != usual
        }
        owns = [own for own in pairs if own not in pairs.values()]
        usuals = [usual for usual in pairs.values() if usual not in pairs]
        return str.maketrans(pairs | dict(zip(usuals, owns)))


@dataclass
class Segment:
    """One raw segment: elements[0] is its identifier, elements[n] the n-th element, unsplit."""

    elements: tuple[str, ...]
    number: int = field(default=0, compare=False)

    @property
    def identifier(self) -> str:
        return self.elements[0]


@dataclass(frozen=True)
class Problem:
    """One fault of a file: where it is, what was expected, what was found.

    `found` may hold what a file says about a patient: show it to those who may see the file, never log it.
    `is_fatal` problems keep a transaction set from being posted; the others are remarks.
    """

    code: str
    message: str
    segment_number: int = 0
    segment_identifier: str = ""
    loop: str = ""
    element: str = ""  # position as the trade writes it: CLP04, SVC01-2
    expected: str = ""
    found: str = ""
    is_fatal: bool = True

    @property
    def place(self) -> str:
        """Return the place in words, without any content: safe to log."""
        parts = [f"segment {self.segment_number}"] if self.segment_number else []
        if self.loop:
            parts.append(f"loop {self.loop}")
        if self.element or self.segment_identifier:
            parts.append(f"element {self.element}" if self.element else self.segment_identifier)
        return ", ".join(parts) or "file"


@dataclass
class Interchange:
    """ISA/IEA. Control numbers are text as sent."""

    sender_qualifier: str = "ZZ"  # ISA05
    sender_id: str = ""  # ISA06, trimmed
    receiver_qualifier: str = "ZZ"  # ISA07
    receiver_id: str = ""  # ISA08, trimmed
    sent_on: date | None = None  # ISA09
    sent_at: time | None = None  # ISA10
    version: str = "00501"  # ISA12
    control_number: str = ""  # ISA13
    acknowledgment_requested: str = "0"  # ISA14
    usage: str = "P"  # ISA15: P production, T test
    delimiters: Delimiters = field(default_factory=Delimiters)
    segment_number: int = field(default=0, compare=False)


@dataclass
class Group:
    """GS/GE."""

    functional_id: str = ""  # GS01
    sender_code: str = ""  # GS02
    receiver_code: str = ""  # GS03
    sent_on: date | None = None  # GS04
    sent_at: time | None = None  # GS05
    control_number: str = ""  # GS06
    version: str = ""  # GS08
    segment_number: int = field(default=0, compare=False)


@dataclass
class Reference:
    """REF: a qualified identifier."""

    qualifier: str
    value: str
    description: str = ""
    segment_number: int = field(default=0, compare=False)


@dataclass
class DatePeriod:
    """DTP or DTM: a date or period. `text` keeps a value that is no date (a time, a partial date)."""

    qualifier: str
    start_on: date | None = None
    end_on: date | None = None  # the same as start_on for a single date
    text: str = ""
    segment_number: int = field(default=0, compare=False)


@dataclass
class Amount:
    """AMT: a qualified amount."""

    qualifier: str
    amount_cents: int
    segment_number: int = field(default=0, compare=False)


@dataclass
class Quantity:
    """QTY: a qualified quantity."""

    qualifier: str
    quantity: Decimal
    segment_number: int = field(default=0, compare=False)


@dataclass
class Contact:
    """PER: whom to ask. `numbers` are (qualifier, number) pairs such as ("TE", "8005550100")."""

    function_code: str = ""
    name: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class Party:
    """NM1 or N1 with its N3, N4, PER, REF, PRV and DMG: a person or an organization in a role."""

    entity: str = (
        ""  # NM101, N101: 85 billing, 82 rendering, IL subscriber, QC patient, PR payer ...
    )
    is_person: bool = False  # NM102 = 1
    last_name: str = ""  # or the organization's name
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    id_qualifier: str = ""  # XX NPI, MI member, PI payer, XV, FI, 46 ...
    identifier: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    taxonomy: str = ""  # PRV03
    provider_code: str = ""  # PRV01: BI, PE, AT ...
    birth_on: date | None = None  # DMG02
    sex: str = ""  # DMG03
    references: tuple[Reference, ...] = ()
    contacts: tuple[Contact, ...] = ()
    extra: tuple[Segment, ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class Procedure:
    """A procedure composite (SVC01, SV101, SV202, SVD03): HC:99213:25."""

    qualifier: str = "HC"
    code: str = ""
    modifiers: tuple[str, ...] = ()
    description: str = ""


@dataclass
class Adjustment:
    """One CAS triple. `quantity` is None where the element is absent."""

    group_code: str
    carc: str
    amount_cents: int
    quantity: Decimal | None = None
    segment_number: int = field(default=0, compare=False)
