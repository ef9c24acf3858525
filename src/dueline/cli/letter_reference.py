"""The reference of letters and their facts, made from the letters: docs/reference/letters.md; a test compares."""

import sys

from dueline.core.appeals.facts import ALWAYS, FACTS, FactGroup
from dueline.core.appeals.letters import OWN_PAGES, shipped

_HEAD = """# Letters of appeal

Dueline's letters, each with the facts that it names and what it encloses. A fact that is not on file is a visible
blank, and an appeal with a blank cannot be sent. A practice keeps its own versions on the page Letters. Made from
`core/appeals/data/letters.yaml` by `make docs`. See [appeal a denial](../how-to/appeal-a-denial.md).
"""
_GROUPS = {
    FactGroup.PRACTICE: "letterhead, the claim's billing provider, the writer's account",
    FactGroup.PAYER: "payers and their rules; a rule that is only a default guess is not used",
    FactGroup.PATIENT: "the claim's patient and coverage",
    FactGroup.CLAIM: "the claim as billed, and what other payers answered",
    FactGroup.DENIAL: "the remittance that refused",
    FactGroup.SUBMISSION: "files sent, and acknowledgments of the payer itself",
    FactGroup.CONTACT: "follow-ups, and earlier appeals",
    FactGroup.PERSON: "only a person can tell: typed, and marked as typed by whom",
}


def reference() -> str:
    """Return the page in Markdown."""
    lines = [_HEAD, "## Letters", "", "| letter | for | names | encloses |", "|---|---|---|---|"]
    for one in shipped().values():
        kinds = ", ".join(kind.replace("_", " ") for kind in one.categories)
        reasons = f"; CARC {', '.join(one.carcs)}" if one.carcs else ""
        encloses = ", ".join(OWN_PAGES.get(name, name) for name in one.encloses)
        needs = ", ".join(f"`{name}`" for name in one.needs)
        lines.append(f"| {one.title} (`{one.key}`) | {kinds}{reasons} | {needs} | {encloses} |")
    lines += ["", "Every letter also names: " + ", ".join(f"`{name}`" for name in ALWAYS) + ".", ""]
    lines += ["## Facts", "", "| fact | what it is | where it is from |", "|---|---|---|"]
    lines += [f"| `{f.name}` | {f.label} | {_GROUPS[f.group]} |" for f in FACTS.values()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(reference())
