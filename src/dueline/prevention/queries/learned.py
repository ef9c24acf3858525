"""What was learned for the checks: procedures refused without an authorization, patterns of refusals, open cases."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count

from dueline.accounts.models import Practice
from dueline.bulk import rows_in
from dueline.cases.models import Case, Pattern
from dueline.cases.queries.reading import told
from dueline.core.claim_checks import Warned
from dueline.core.claim_checks.history import NO_AUTHORIZATION
from dueline.core.codes import carc
from dueline.core.enums import CaseState, PatternKind
from dueline.core.money import money
from dueline.core.proportion import wilson
from dueline.core.recovery import WHOLE
from dueline.denials.models import Denial
from dueline.ledger.models import Claim, ServiceLine, Submission
from dueline.payers.models import Payer

LOOKED_BACK = timedelta(days=365)
LEAST_CASES = 5  # refused claims of a payer and procedure
LEAST_SHARE = 0.10  # of such claims, by the lower end of the interval
_Key = tuple[int, str]  # payer, procedure


def known_patterns(practice: Practice) -> list[Warned]:
    """Return what the latest search for patterns found, hints left out, and the cases that are open, each once.

    Three queries, and two for names where there are any.
    """
    kinds = [PatternKind.PATTERN.value, PatternKind.JUMP.value]
    cases = list(
        Case.objects.filter(practice=practice, state=CaseState.OPEN.value).select_related("pattern")
    )
    in_case = Case.objects.filter(practice=practice, pattern__isnull=False).values("pattern")
    patterns = list(
        Pattern.objects.filter(practice=practice, is_current=True, kind__in=kinds).exclude(
            pk__in=in_case
        )
    )
    found = []
    for pk, words in told(practice, patterns).items():
        row = next(one for one in patterns if one.pk == pk)
        found.append(_warned(row, row, f"{words.where}. {_figures(row)}"))
    for case in cases:
        figures = f" {_figures(case.pattern)}" if case.pattern else ""
        found.append(_warned(case, case.pattern, f"Case {case.number}: {case.statement}.{figures}"))
    return found


def _warned(row: Pattern | Case, figures: Pattern | None, words: str) -> Warned:
    conditions = tuple((str(name), str(value)) for name, value in row.conditions)
    if figures is None or not figures.lines:
        return Warned("known_pattern", conditions, row.carc, 0, 0, 0, None, words)
    chance = min(WHOLE, figures.refused * WHOLE // figures.lines)
    counts = figures.refused, figures.lines, figures.refused_cents
    return Warned("known_pattern", conditions, row.carc, *counts, chance, words)


def _figures(row: Pattern) -> str:
    return (
        f"Refused for {row.carc} {carc(row.carc).short}: {row.refused:,} of {row.lines:,} lines, "
        f"{row.lift:.1f} × what the rest explains, ${money(row.refused_cents)}."
    )


@dataclass
class _Refused:
    claims: set[int] = field(default_factory=set)
    cents: int = 0
    carcs: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def authorizations_expected(practice: Practice, *, as_of: date) -> list[Warned]:
    """Return the payers and procedures refused for want of an authorization in the year before a day.

    Counted by claims that were sent without one. Five queries for the practice, one of which reads its lines.
    """
    since = as_of - LOOKED_BACK
    refused = _refused(practice, since, as_of)
    often = {key: one for key, one in refused.items() if len(one.claims) >= LEAST_CASES}
    if not often:
        return []
    answered = _answered(practice, often, since)
    names = dict(Payer.objects.filter(practice=practice).values_list("pk", "name"))
    found = []
    for (payer_id, code), one in sorted(often.items()):
        count, total = len(one.claims), answered[payer_id, code]
        low, high = wilson(count, total)
        if low < LEAST_SHARE:
            continue
        words = (
            f"{names[payer_id]} refused {count:,} of {total:,} claims for {code} without an authorization since "
            f"{since:%m/%d/%Y} ({low * 100:.0f} to {high * 100:.0f} %), ${money(one.cents)}."
        )
        conditions = (("payer", str(payer_id)), ("procedure", code), ("authorization", "no"))
        most = max(one.carcs, key=lambda code: one.carcs[code])
        chance = count * WHOLE // total
        found.append(
            Warned(
                "authorization_expected", conditions, most, count, total, one.cents, chance, words
            )
        )
    return found


def _refused(practice: Practice, since: date, as_of: date) -> dict[_Key, _Refused]:
    """Return what was refused though no version sent by then had an authorization."""
    denials = Denial.objects.filter(
        practice=practice,
        denied_on__range=(since, as_of),
        carc__in=NO_AUTHORIZATION,
        service_line__isnull=False,
    )
    columns = ("claim_id", "payer_id", "service_line__procedure_code", "denied_on")
    rows = list(denials.values_list(*columns, "amount_cents", "carc"))
    sent: dict[int, list[date]] = defaultdict(list)  # with an authorization, by claim
    of_claims = rows_in(
        Submission,
        ("claim_id", "submitted_on"),
        "claim_id",
        {row[0] for row in rows},
        also="prior_authorization <> ''",
    )
    for claim_id, on in of_claims:
        sent[claim_id].append(on)
    found: dict[_Key, _Refused] = defaultdict(_Refused)
    for claim_id, payer_id, code, on, cents, reason in rows:
        if code and not any(day <= on for day in sent[claim_id]):
            one = found[payer_id, code]
            one.claims.add(claim_id)
            one.cents += cents
            one.carcs[reason] += 1
    return found


def _answered(practice: Practice, refused: dict[_Key, _Refused], since: date) -> dict[_Key, int]:
    """Return how many claims without an authorization were answered, the refused ones among them."""
    lines = ServiceLine.objects.filter(
        practice=practice,
        is_current=True,
        procedure_code__in={code for _, code in refused},
        claim__prior_authorization="",
        claim__last_remitted_on__gte=since,
        claim__coverages__payer__in={payer for payer, _ in refused},
    )
    counted = lines.order_by().values_list("claim__coverages__payer", "procedure_code")
    found: dict[_Key, int] = defaultdict(int)
    for payer, code, count in counted.annotate(Count("claim", distinct=True)):
        found[payer, code] = count
    every = {pk for one in refused.values() for pk in one.claims}
    has_one_now = {
        pk for pk, number in rows_in(Claim, ("id", "prior_authorization"), "id", every) if number
    }
    for key, one in refused.items():
        found[key] = max(found[key] + len(one.claims & has_one_now), len(one.claims))
    return found
