"""A practice with as many open claims as wanted, made by the database itself: what pages and lists are measured on."""

from datetime import UTC, date, datetime
from typing import Any

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 10:30 am in New York: payers answer
CALLERS = 32
PAYERS = 15

# Claims made by the database itself from their number: no intake, and the mix of a real receivable.
_COLUMNS = (
    "practice_id, patient_control_number, patient_control_key, origin, claim_type, payer_id, "
    "payer_sequence, member_id, group_number, subscriber_name, facility_code, frequency_code, "
    "prior_authorization, diagnoses, payer_claim_control_number, payer_said, denial_carc, "
    "denial_group, charge_cents, payer_balance_cents, patient_balance_cents, paid_cents, is_open, "
    "service_from_on, service_through_on, first_submitted_on, last_submitted_on, accepted_on, "
    "denied_on, payer_status, payer_status_on, patient_id"
)
_STATUS = (
    "CASE n % 10 WHEN 0 THEN 'denied' WHEN 1 THEN 'denied' WHEN 2 THEN 'not_on_file' "
    "WHEN 3 THEN 'sent' WHEN 4 THEN 'partly_denied' WHEN 5 THEN 'pending' ELSE 'accepted' END"
)
# One denial in 30 is for coding, which no call settles; one claim in 50 has no member ID.
_CARC = (
    "CASE WHEN n % 10 IN (0, 1, 4) THEN CASE WHEN n % 30 = 0 THEN '4' "
    "WHEN n % 3 = 0 THEN '197' ELSE '16' END ELSE '' END"
)
_MEMBER = "CASE WHEN n % 50 = 7 THEN '' ELSE 'M' || n END"
_PATIENTS = """
    INSERT INTO ledger_patient (practice_id, identity_key, last_name, first_name, middle_name,
        search_name, birth_on, sex)
    SELECT %s, 'B' || n, 'Sample', 'P' || n, '', 'SAMPLE P' || n, {born}, '' FROM {numbers}
"""
CLAIMS_OF_A_PATIENT = 4
_INSERT = """
    INSERT INTO ledger_claim ({columns})
    SELECT %s, 'B' || n, 'B' || n, 'submission', 'P', %s + (n / 7) % 15, 'P', {member}, '', '', '', '1', '',
        '', '', '', {carc}, '', {cents}, {cents}, 0, 0,
        {true}, {service}, {service}, {sent}, {sent},
        CASE WHEN n % 10 = 3 THEN NULL ELSE {heard} END,
        CASE WHEN n % 10 IN (0, 1, 4) THEN {heard} END, {status}, {heard},
        %s + (n - 1) / {share}{rest}
    FROM {numbers}
"""


def people(size: int) -> tuple[Any, list[Any]]:
    """Make the practice, its payers with their rules, and its callers."""
    from dueline.accounts.models import Membership, Practice, User
    from dueline.core.enums import PayerType, Role
    from dueline.payers.actions import seed_default_rules
    from dueline.payers.models import Payer

    practice = Practice.objects.create(
        code=f"bench{size}", name=f"Bench {size}", tax_id="995550187"
    )
    practice.npis.create(npi="1999936606")
    seed_default_rules(practice=practice)
    types = list(PayerType)
    for number in range(PAYERS):
        Payer.objects.create(
            practice=practice, name=f"Payer {number:02d}", payer_type=types[number % len(types)]
        )
    users = [User.objects.create(username=f"caller{size}-{n}") for n in range(CALLERS)]
    for user in users:
        Membership.objects.create(practice=practice, user=user, role=Role.L1_CALLER)
    return practice, users


def _numbers(size: int) -> str:
    """Return a table of the numbers 1 to `size`, as `n`."""
    from django.db import connection

    if connection.vendor == "sqlite":
        counting = "SELECT 1 UNION ALL SELECT n + 1 FROM t"
        return f"(WITH RECURSIVE t(n) AS ({counting} LIMIT {size}) SELECT n FROM t)"  # noqa: S608
    return f"generate_series(1, {size}) AS t(n)"


def _make_patients(practice: Any, size: int, born: str) -> int:
    """Make a patient for every few claims; return the id of the first."""
    from django.db import connection

    from dueline.ledger.models import Patient

    count = size // CLAIMS_OF_A_PATIENT + 1
    with connection.cursor() as cursor:
        cursor.execute(_PATIENTS.format(born=born, numbers=_numbers(count)), [practice.pk])
    made = Patient.objects.filter(practice=practice).order_by("pk")
    return int(made.values_list("pk", flat=True)[0])


def _defaults() -> dict[str, str]:
    """Return the claim's columns that are not named here and must have a value, each with its default as SQL."""
    from django.db import connection

    from dueline.ledger.models import Claim

    named = set(_COLUMNS.split(", "))
    fields = [f for f in Claim._meta.concrete_fields if not f.null and not f.primary_key]
    rest = [field for field in fields if field.column not in named]
    defaults = {field.column: field.get_default() for field in rest}
    if connection.vendor == "sqlite":
        defaults = {c: int(v) if isinstance(v, bool) else v for c, v in defaults.items()}
    return {c: f"'{v}'" if isinstance(v, str) else str(v).upper() for c, v in defaults.items()}


def make_claims(practice: Any, size: int) -> None:
    """Make so many open claims, with a patient for every few."""
    from django.db import connection

    from dueline.payers.models import Payer

    first = Payer.objects.filter(practice=practice).order_by("pk").values_list("pk", flat=True)[0]

    def day(expression: str) -> str:
        if connection.vendor == "postgresql":
            return f"(DATE '{AS_OF}' - ({expression})::int)"
        return f"date('{AS_OF}', '-' || ({expression}) || ' days')"

    patient = _make_patients(practice, size, day("9000 + n"))
    age = "3 + (n * 31) % 300"
    others = _defaults()
    statement = _INSERT.format(
        columns=", ".join([_COLUMNS, *others]),
        rest="".join(f", {value}" for value in others.values()),
        member=_MEMBER.replace("%", "%%"),
        share=CLAIMS_OF_A_PATIENT,
        cents="5000 + ((n %% 100003) * 7919) %% 500000",
        carc=_CARC.replace("%", "%%"),
        status=_STATUS.replace("%", "%%"),
        true="TRUE" if connection.vendor == "postgresql" else "1",
        service=day(age.replace("%", "%%")),
        sent=day(f"({age} - 2)".replace("%", "%%")),
        heard=day(f"({age}) / 2".replace("%", "%%")),
        numbers=_numbers(size),
    )
    statement = statement.replace("% 15", "%% 15")
    statement = statement.replace("WHEN n % 10", "WHEN n %% 10")
    with connection.cursor() as cursor:
        cursor.execute(statement, [practice.pk, first, patient])


def analyze() -> None:
    """Do what autovacuum does by itself on a server that has run for a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
