"""What is planted in the files of the demo, so that its people have something to decide."""

import re
from decimal import Decimal
from pathlib import Path

# CLP: number, status 1, charge, paid more than nothing, patient's part, filing code, the payer's number;
# then the patient, and the member ID at the end of NM1.
_PAID = re.compile(
    r"CLP\*(?P<number>[A-Z]+-\d+)\*1\*[0-9.]+\*(?!0\*)[0-9.]+\*[0-9.]*\*\w+\*(?P<payers>\w+)\*"
    r"[^~]*~\s*(?:CAS[^~]*~\s*)*NM1\*QC\*1(?:\*[^*~]*){5}\*MI\*(?P<member>\w+)~"
)


def plant(code: str, files: Path) -> None:
    """Change the last remittances of a practice's files; how, is in the functions here."""
    last, before = _remittances(files)[:2]
    if code == "lakeside":
        unbalance(last)
        rename_a_claim(before)
    else:
        spoil_an_amount(last)


def _remittances(files: Path) -> list[Path]:
    """Return the remittances with a claim that was paid, the latest first."""
    found = sorted(files.glob("*_835_*"), reverse=True)
    return [path for path in found if _PAID.search(path.read_text())]


def unbalance(file: Path) -> None:
    """Let a remittance say that it paid $25 more than its claims: one set for the quarantine."""
    text = file.read_text()
    payment = re.search(r"(?<=BPR\*I\*)[0-9.]+", text)
    if payment is not None:
        more = f"{Decimal(payment[0]) + 25:.2f}"
        file.write_text(text[: payment.start()] + more + text[payment.end() :])


def rename_a_claim(file: Path) -> None:
    """Let a payer drop the hyphen of a claim's number, and name number and member as no one knows them.

    Whose payment it is, a person must say.
    """
    text = file.read_text()
    paid = _PAID.search(text)
    if paid is None:
        return
    for name, value in (
        ("member", f"{paid['member']}01"),
        ("payers", f"9{paid['payers']}"),
        ("number", paid["number"].replace("-", "")),
    ):
        text = text[: paid.start(name)] + value + text[paid.end(name) :]
    file.write_text(text)


def spoil_an_amount(file: Path) -> None:
    """Let an adjustment have a letter for a digit: a set that cannot be read."""
    text = file.read_text()
    amount = re.search(r"CAS\*CO\*45\*(?P<amount>[0-9.]+)", text)
    if amount is not None:
        spoiled = f"{amount['amount'].split('.')[0]}O.00"
        file.write_text(text[: amount.start("amount")] + spoiled + text[amount.end("amount") :])
