"""The answered claims of a practice as the search for patterns takes them: one line for each procedure of a claim.

Made from the facts that the analysis keeps (denials.fact_store), in columns throughout.
"""

from dataclasses import dataclass

import numpy as np

from dueline.accounts.models import Practice
from dueline.core.patterns import AnsweredLines, Attribute
from dueline.core.patterns.model import UNKNOWN, Integers
from dueline.denials.queries.analysis.facts import Facts, facts_of

ATTRIBUTES = (
    *("payer", "plan", "procedure", "modifier", "diagnosis", "place", "billing_provider"),
    *("rendering_provider", "location", "age", "sex", "lag", "authorization"),
)
MOST_LINES_A_CLAIM = 50  # the rest of an endless claim says nothing new

_LINES = f"""
    CREATE TEMP TABLE lines AS
    SELECT row_number() OVER () - 1 AS line, *, split_part(billed, '|', 1) AS procedure,
        replace(split_part(billed, '|', 2), '+', ' ') AS modifier
    FROM (
        SELECT claim_id, patient_id, service_day, answered_day, payer, plan, diagnosis, place,
            billing_provider, rendering_provider, location, age, sex, lag, "authorization",
            unnest(string_split(lines, ' ')[1:{MOST_LINES_A_CLAIM}]) AS billed
        FROM claims WHERE answered_day > 0
        ORDER BY claim_id
    )
"""
# A refusal of one procedure is of its line; of none, of every line of the claim, its dollars on the first.
_REFUSED = """
    SELECT l.line, r.reason, CASE WHEN r.procedure = l.procedure OR l.line = f.first THEN r.cents ELSE 0 END AS cents
    FROM (
        SELECT claim_id, procedure, modifiers, 'CARC ' || carc AS reason, SUM(amount_cents)::BIGINT AS cents
        FROM refusals GROUP BY ALL
    ) r
    JOIN lines l ON l.claim_id = r.claim_id
        AND (r.procedure = '' OR (r.procedure = l.procedure AND r.modifiers = l.modifier))
    JOIN (SELECT claim_id, MIN(line) AS first FROM lines GROUP BY claim_id) f ON f.claim_id = r.claim_id
    ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Answered:
    """The table, and of each of its lines the claim."""

    table: AnsweredLines
    claims: Integers


def answered(practice: Practice) -> Answered:
    """Return the practice's answered claims as they were when the facts were last counted."""
    with facts_of(practice) as facts:
        facts.rows(_LINES)
        return _answered(facts)


def _answered(facts: Facts) -> Answered:
    whole = ("claim_id", "patient_id", "service_day", "answered_day")
    numbers = facts.columns(f"SELECT {', '.join(whole)} FROM lines ORDER BY line")
    found = facts.columns(_REFUSED)
    names, reasons = np.unique(found["reason"].astype(str), return_inverse=True)
    table = AnsweredLines.of(
        [_attribute(facts, name) for name in ATTRIBUTES],
        patients=_known_people(numbers["patient_id"], numbers["claim_id"]),
        service_days=numbers["service_day"],
        answer_days=numbers["answered_day"],
        reasons=[str(name) for name in names],
        refused_lines=found["line"],
        refused_reasons=reasons,
        refused_cents=found["cents"],
    )
    return Answered(table, numbers["claim_id"])


def _known_people(patients: Integers, claims: Integers) -> Integers:
    """Take a claim whose patient is not known for a person of its own."""
    return np.where(patients == 0, -claims, patients)


def _attribute(facts: Facts, name: str) -> Attribute:
    """Return one attribute in codes, those of the texts in order; "" is not known."""
    labels = [
        text
        for (text,) in facts.rows(
            f'SELECT DISTINCT "{name}" FROM lines WHERE "{name}" <> \'\' ORDER BY 1'
        )
    ]
    codes = facts.columns(
        f"""WITH labels AS (SELECT "{name}" AS label, row_number() OVER (ORDER BY "{name}") - 1 AS code
                FROM (SELECT DISTINCT "{name}" FROM lines WHERE "{name}" <> ''))
            SELECT COALESCE(code, {UNKNOWN})::BIGINT AS code FROM lines LEFT JOIN labels ON label = "{name}"
            ORDER BY line""",
    )
    return Attribute(name, codes["code"], tuple(labels))
