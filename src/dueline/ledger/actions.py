"""What a person adds to a claim where no file said it. Only what is not known is written; amounts never are."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from dueline.accounts import audit
from dueline.accounts.models import User
from dueline.core.enums import CheckKey
from dueline.core.given import GivenError, given
from dueline.core.matching import patient_key, search_name
from dueline.ledger.models import Claim, Coverage, Patient, Provider


class FactKnown(GivenError):
    """The fact is known already: a person's word does not replace it."""


@transaction.atomic
def give_fact(
    *, claim: Claim, key: CheckKey, text: str, by: User, as_of: date, now: datetime
) -> list[int]:
    """Set a fact of a claim that is not known; return the claims that have it now.

    Raises GivenError, with what is expected; FactKnown where a file or another person has said it. The
    audit event names the fact, not its value.
    """
    held = Claim.objects.select_for_update().get(pk=claim.pk, practice=claim.practice)
    value = given(key, text, as_of=as_of)
    _SET[key](held, value)
    audit.record(
        practice=claim.practice,
        by=by.get_username(),
        action="give_fact",
        at=now,
        object_kind="claim",
        object_key=str(held.pk),
        detail={"fact": key.value},
    )
    if key not in (CheckKey.PATIENT_NAME, CheckKey.BIRTH_DATE):
        return [held.pk]
    same = Claim.objects.filter(practice=claim.practice, patient=held.patient)
    return list(same.values_list("pk", flat=True))


def _unless_known(is_known: object) -> None:
    if is_known:
        raise FactKnown("This is known meanwhile. Nothing was changed.")


def _member(claim: Claim, value: str | date) -> None:
    _unless_known(claim.member_id)
    claim.member_id = str(value)
    claim.save(update_fields=["member_id"])
    Coverage.objects.filter(claim=claim, sequence=claim.payer_sequence, member_id="").update(
        member_id=claim.member_id
    )


def _patient_name(claim: Claim, value: str | date) -> None:
    patient = claim.patient
    _unless_known(patient and patient.last_name)
    last, _, first = str(value).partition(", ")
    born = patient.birth_on if patient else None
    _put(claim, last, first, born)


def _birth(claim: Claim, value: str | date) -> None:
    patient = claim.patient
    if patient is None or not patient.last_name:
        raise GivenError("Birth date: the patient's name is not known. Give the name first.")
    _unless_known(patient.birth_on)
    assert isinstance(value, date)
    _put(claim, patient.last_name, patient.first_name, value)


def _put(claim: Claim, last: str, first: str, born: date | None) -> None:
    """Let the claim's patient be the person of this name and birth date: the one known so, else this one."""
    key = patient_key(last, first, born, claim.member_id)
    known = Patient.objects.filter(practice=claim.practice, identity_key=key)
    patient = known.filter(~Q(pk=claim.patient_id) if claim.patient_id else Q()).first()
    if patient is None:
        patient = claim.patient or Patient(practice=claim.practice)
        patient.identity_key, patient.birth_on = key, born
        patient.last_name, patient.first_name = last, first
        patient.search_name = search_name(last, first)
        patient.save()
    if claim.patient_id != patient.pk:
        claim.patient = patient
        claim.save(update_fields=["patient"])


def _service(claim: Claim, value: str | date) -> None:
    _unless_known(claim.service_from_on)
    assert isinstance(value, date)
    if claim.first_submitted_on and value > claim.first_submitted_on:
        raise GivenError("Service date: expected a day no later than the claim was sent.")
    claim.service_from_on = claim.service_through_on = value
    claim.save(update_fields=["service_from_on", "service_through_on"])


def _sent(claim: Claim, value: str | date) -> None:
    _unless_known(claim.first_submitted_on)
    assert isinstance(value, date)
    if claim.service_from_on and value < claim.service_from_on:
        raise GivenError("Day sent: expected a day no earlier than the service.")
    claim.first_submitted_on = value
    claim.last_submitted_on = claim.last_submitted_on or value
    claim.save(update_fields=["first_submitted_on", "last_submitted_on"])


def _npi(claim: Claim, value: str | date) -> None:
    provider = claim.billing_provider
    _unless_known(provider and provider.npi)
    claim.billing_provider, _ = Provider.objects.get_or_create(
        practice=claim.practice, npi=str(value)
    )
    claim.save(update_fields=["billing_provider"])


_SET: dict[CheckKey, Callable[[Claim, str | date], None]] = {
    CheckKey.MEMBER_ID: _member,
    CheckKey.PATIENT_NAME: _patient_name,
    CheckKey.BIRTH_DATE: _birth,
    CheckKey.SERVICE_DATE: _service,
    CheckKey.SUBMISSION_DATE: _sent,
    CheckKey.BILLING_NPI: _npi,
}
