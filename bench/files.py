"""The files that reading is measured on: a sample practice's claims and remittances, as one set each."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench.report import PROJECT
from dueline.core.enums import SetKind
from dueline.core.x12 import write_interchange
from dueline.core.x12.model import Document, Group, Interchange, Item, RemittanceHeader
from dueline.core.x12.reader import FileReader

FOLDER = PROJECT / "build" / "bench"
SEED = 7
AS_OF = "2026-11-23"


def sample(claims: int) -> Path:
    """Return a folder with a sample practice's files, made once by `dueline sample`."""
    folder = FOLDER / f"sample-{claims}"
    if not folder.is_dir():
        fresh = FOLDER / f"sample-{claims}.new"
        dueline = Path(sys.executable).with_name("dueline")
        words = ["--code", "bench", "--claims", str(claims), "--seed", str(SEED), "--as-of", AS_OF]
        subprocess.run([dueline, "sample", *words, "--out", fresh], check=True)
        fresh.rename(folder)
    return folder


def documents(folder: Path, kind: SetKind) -> Iterator[Document]:
    """Yield every transaction set of the kind in the folder's files, in the files' order."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as source:
            if source.read(3) != b"ISA":
                continue
            source.seek(0)
            for one in FileReader(source, name=path.name).sets():
                if one.kind == kind:
                    items = tuple(one.items())
                    yield Document(one.kind, one.header, items, one.version, one.control_number)


def merged(found: Iterator[Document], at_most: int) -> Document:
    """Return one set with the first claims of all: the readers compared do not all go past one set."""
    first: Document | None = None
    items: list[Item] = []
    for document in found:
        first = first or document
        items.extend(document.items)
        if len(items) >= at_most:
            break
    if first is None:
        raise ValueError("the sample has no such transaction set")
    items = items[:at_most]
    header = first.header
    if isinstance(header, RemittanceHeader):
        paid = sum(item.paid_cents for item in items)  # type: ignore[union-attr]
        sign = "D" if paid < 0 else "C"
        header = replace(header, payment_cents=paid, credit_or_debit=sign, provider_adjustments=())
    return replace(first, header=header, items=tuple(items))


def text_of(document: Document, functional_id: str) -> str:
    """Return the document as a whole file's text, without line breaks."""
    group = Group(functional_id=functional_id, control_number="1", version=document.version)
    interchange = Interchange(sender_id="BENCH", receiver_id="BENCH", control_number="000000001")
    return "".join(write_interchange([(group, [document])], interchange, line_breaks=False))


def repeated(text: str, path: Path, size: int) -> Path:
    """Write the text as often as needed to reach the size in bytes; return the path."""
    data = text.encode()
    with path.open("wb") as target:
        for _ in range(-(-size // len(data))):
            target.write(data)
    return path
