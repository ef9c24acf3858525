"""The rules of exchanging files with a clearinghouse: which file is whole, what waits, when it is tried again."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from dueline.core.calendars import add_business_days
from dueline.core.x12.delimiters import LONGEST_ISA, IsaFault, read_isa


class MailboxKind(StrEnum):
    """Where a mailbox is."""

    SFTP = "sftp"
    FOLDER = "folder"  # of this machine, or one that is mounted on it


class AfterFetch(StrEnum):
    """What becomes of a file on the server once it is taken in."""

    ARCHIVE = "archive"  # moved to another folder there
    DELETE = "delete"
    LEAVE = "leave"  # the clearinghouse clears it away itself


class DeliveryState(StrEnum):
    """How far an outgoing file is on its way. Each is in the database before the step it names begins."""

    UPLOADING = "uploading"  # under a name that no one reads
    RENAMING = "renaming"  # whole there; gets its own name
    DELIVERED = "delivered"
    REFUSED = "refused"  # a file of its name with other content is there


class PickupState(StrEnum):
    """How far a file that a clearinghouse has put out is."""

    SEEN = "seen"  # not whole yet
    FETCHED = "fetched"  # kept here, to be taken in
    TAKEN_IN = "taken_in"
    OTHER = "other"  # no X12: a report, a letter; kept as it is
    SET_ASIDE = "set_aside"  # not taken in, with the reason


UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".uploading")
LONGEST_NAME = 200
MOST_BYTES = 2_000_000_000
GIVEN_UP_AFTER = timedelta(days=1)  # a half file that no one completes
QUIET = timedelta(minutes=5)  # what is no X12 is whole when it has not changed so long
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)


def why_not_name(name: str) -> str:
    """Return why a file is never asked for by this name, "" where it may be."""
    if not name or name in (".", "..") or any(sign in name for sign in "/\\\0"):
        return "Its name would lead out of the folder."
    if not name.isprintable() or len(name) > LONGEST_NAME:
        return f"Its name is not one of up to {LONGEST_NAME} printable characters."
    return ""


def is_unfinished(name: str) -> bool:
    """Whether a name says that its file is still being written."""
    return name.startswith(".") or name.lower().endswith(UNFINISHED)


def is_x12(head: bytes) -> bool:
    """Whether a file begins as an interchange does, after what may stand before its ISA."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:3].upper() == b"ISA"


def is_whole(head: bytes, tail: bytes) -> bool:
    """Whether an X12 file ends with the end of an interchange.

    `head`: its first bytes, at least an ISA's; `tail`: its last ones. One that was cut between two
    interchanges reads as whole; what follows comes as another file.
    """
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:LONGEST_ISA].decode("latin-1")
    found = read_isa("ISA" + begin[3:])
    if isinstance(found, IsaFault):
        return True  # it will not get better: intake says what is wrong with it
    end, element = found[0].delimiters.segment, found[0].delimiters.element
    text = tail.decode("latin-1").rstrip("\t \0\x1a")
    text = text if end in "\r\n" else text.rstrip("\r\n\t ")
    is_ended = text.endswith(end)
    if not is_ended and end != "\n":
        return False
    last = text.rstrip(end + "\r\n").rpartition(end)[2].strip().split(element)
    if last[0].upper() != "IEA":
        return False
    # Without a last line break only the nine digits of IEA02 tell that nothing is missing.
    return is_ended or len(last[-1]) == 9


def next_look(now: datetime, trouble_count: int) -> datetime:
    """Return when a mailbox that could not be reached so many times in a row is tried again."""
    wait = _FIRST_WAIT * (1 << max(0, min(trouble_count - 1, 10)))
    return now + min(wait, _LONGEST_WAIT)


def answer_expected_by(sent_on: date) -> date:
    """Return the last day on which an acknowledgment of a file is waited for in silence: a business day later."""
    return add_business_days(sent_on, 1)
