"""An invented claim as billed: patient, payer, lines. Made from its number alone."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random

from dueline.core.calendars import next_business_day, previous_business_day
from dueline.core.enums import PayerType, SetKind
from dueline.core.mbi import invented_mbi
from dueline.core.x12.model import (
    DatePeriod,
    Diagnosis,
    OtherPayer,
    Party,
    Procedure,
    ServiceLine,
    SubmittedClaim,
    Subscriber,
)
from dueline.sample.catalog import INPATIENT, KNEE_IMAGE, Service
from dueline.sample.payers import BY_CODE, PAYERS, SUPPLEMENTS, SamplePayer
from dueline.sample.people import Patient, patient
from dueline.sample.practice import PracticePlan

_WEIGHTS = tuple(accumulate(payer.weight for payer in PAYERS))
CLAIMS_A_PATIENT = 4
MONTHS_DAYS = 365
CHILDREN, ADULTS, RETIRED = (1, 18), (20, 63), (65, 93)  # ages in years
_AGES = {PayerType.MEDICARE: RETIRED, PayerType.MEDICARE_ADVANTAGE: RETIRED}
_FAMILY_PLANS = (PayerType.COMMERCIAL, PayerType.BLUE_PLAN, PayerType.SELF_FUNDED)


@dataclass
class Billed:
    """A claim as its practice knows it."""

    number: int
    control_number: str
    service_on: date
    through_on: date
    submitted_on: date
    payer: SamplePayer
    secondary: SamplePayer | None
    patient: Patient
    member_id: str
    secondary_member_id: str
    is_dependent: bool
    services: list[Service]
    rendering: Party
    is_institutional: bool
    is_inpatient: bool
    has_authorization: bool
    is_telehealth: bool
    claim: SubmittedClaim


def payer_party(payer: SamplePayer) -> Party:
    return Party(entity="PR", last_name=payer.name, id_qualifier="PI", identifier=payer.identifier)


def service_day(plan: PracticePlan, number: int) -> date:
    """Return the service date of a claim: claims are numbered in the order of their dates.

    A practice sees no one on weekends and federal holidays; with many claims a day that shows in the files.
    """
    start = plan.as_of - timedelta(days=MONTHS_DAYS)
    day = start + timedelta(days=number * MONTHS_DAYS // plan.claim_count)
    return previous_business_day(day)


def billed_claim(plan: PracticePlan, number: int, chance: Random) -> Billed:
    """Return the claim with this number, as first billed."""
    service_on = service_day(plan, number)
    patient_count = max(1, plan.claim_count // CLAIMS_A_PATIENT)
    person, payer, secondary = _insured(plan, chance.randrange(patient_count))
    lag = chance.choices((1, 2, 3, 4, 6, 10, 45, 95), (20, 25, 20, 12, 10, 9, 3, 1))[0]
    is_institutional = chance.random() < 0.15
    stay = chance.randrange(2, 6) if is_institutional and chance.random() < 0.15 else 0
    if secondary is not None or payer.kind is PayerType.MEDICARE:  # Part B pays no hospital stays
        stay = 0
    last_on = previous_business_day(plan.as_of)
    through_on = max(service_on, min(service_on + timedelta(days=stay), last_on))
    submitted_on = next_business_day(through_on + timedelta(days=lag))
    submitted_on = max(through_on, min(submitted_on, last_on))
    is_telehealth = not is_institutional and chance.random() < 0.06
    services = _services(plan, chance, is_telehealth)
    if stay:
        services = list(INPATIENT[: chance.randrange(2, len(INPATIENT) + 1)])
    elif payer.code == "HLHP" and not is_telehealth and chance.random() < 0.12:
        services = [KNEE_IMAGE, *(s for s in services if s.code != KNEE_IMAGE.code)]
    billed = Billed(
        number=number,
        control_number=f"{plan.prefix}-{200000 + number}",
        service_on=service_on,
        through_on=through_on,
        submitted_on=submitted_on,
        payer=payer,
        secondary=secondary,
        patient=person,
        member_id=_member_id(payer, 1000000 + person.number),
        secondary_member_id=_member_id(secondary, 2000000 + person.number) if secondary else "",
        is_dependent=_is_dependent(person.number, payer),
        services=services,
        rendering=plan.rendering[chance.randrange(len(plan.rendering))],
        is_institutional=is_institutional,
        is_inpatient=stay > 0,
        has_authorization=chance.random() < 0.6,
        is_telehealth=is_telehealth,
        claim=SubmittedClaim(),
    )
    billed.claim = _claim(plan, billed, chance)
    return billed


def _insured(plan: PracticePlan, number: int) -> tuple[Patient, SamplePayer, SamplePayer | None]:
    """Return a patient with their payer and, of some, the secondary payer: the same at every visit."""
    chance = Random(f"{plan.seed} patient {number}")
    payer = chance.choices(PAYERS, cum_weights=_WEIGHTS)[0]
    ages = CHILDREN if _is_dependent(number, payer) else _AGES.get(payer.kind, ADULTS)
    start = plan.as_of - timedelta(days=MONTHS_DAYS)
    return patient(number, chance, ages=ages, on=start), payer, _secondary_of(payer, chance)


def _member_id(payer: SamplePayer, number: int) -> str:
    if payer.kind is PayerType.MEDICARE:
        return invented_mbi(number)
    return f"{payer.code[:3]}{number}"


def _is_dependent(number: int, payer: SamplePayer) -> bool:
    """Whether the patient is insured as someone's child: only health plans insure those."""
    return number % 6 == 0 and payer.kind in _FAMILY_PLANS


def _secondary_of(payer: SamplePayer, chance: Random) -> SamplePayer | None:
    share = {PayerType.MEDICARE: 0.45, PayerType.COMMERCIAL: 0.06}.get(payer.kind, 0.0)
    if chance.random() >= share:
        return None
    codes = [code for code in SUPPLEMENTS if code != payer.code]
    return BY_CODE[chance.choice(codes)]


def _services(plan: PracticePlan, chance: Random, is_telehealth: bool) -> list[Service]:
    catalog = plan.catalog
    chosen: list[Service] = []
    if is_telehealth or chance.random() < 0.7:
        chosen.append(chance.choice(catalog.visits))
    if not is_telehealth:
        wanted = chance.choices((0, 1, 2, 3), (25, 45, 20, 10))[0]
        if not chosen:
            wanted = max(1, wanted)
        chosen += chance.sample(catalog.procedures, wanted)
    unique = list(dict.fromkeys(chosen))
    if len(unique) > 1 and unique[0].is_visit:
        unique[0] = replace(unique[0], modifiers=("25",))
    return unique


def _claim(plan: PracticePlan, billed: Billed, chance: Random) -> SubmittedClaim:
    codes = chance.sample(plan.catalog.diagnoses, chance.randrange(1, 4))
    place = _place(billed)
    kind = SetKind.CLAIM_INSTITUTIONAL if billed.is_institutional else SetKind.CLAIM_PROFESSIONAL
    lines = tuple(
        _line(billed, kind, number, service, len(codes), place)
        for number, service in enumerate(billed.services, 1)
    )
    needs = any(service.needs_authorization for service in billed.services)
    number = f"PA{70000 + billed.number % 29999}" if needs and billed.has_authorization else ""
    return SubmittedClaim(
        kind=kind,
        patient_control_number=billed.control_number,
        charge_cents=sum(line.charge_cents for line in lines),
        facility_code=place,
        facility_qualifier="A" if billed.is_institutional else "B",
        claim_elements=(
            "CLM",
            "",
            "",
            "",
            "",
            "",
            "Y" if not billed.is_institutional else "",
            "A",
            "Y",
            "Y",
        ),
        billing_provider=plan.facility if billed.is_institutional else plan.billing,
        subscriber=subscriber_of(billed, billed.payer, "P"),
        payer=payer_party(billed.payer),
        patient=billed.patient.party("QC", "") if billed.is_dependent else None,
        patient_relationship="19" if billed.is_dependent else "",
        service_from_on=billed.service_on,
        service_through_on=billed.through_on,
        dates=_dates(billed),
        prior_authorization=number,
        diagnoses=tuple(
            Diagnosis("ABF" if rank else "ABK", code) for rank, code in enumerate(codes)
        ),
        institutional=("3", "", "01") if billed.is_institutional else (),
        rendering_provider=None if billed.is_institutional else billed.rendering,
        attending_provider=replace(billed.rendering, entity="71", provider_code="AT")
        if billed.is_institutional
        else None,
        other_payers=(_other(billed),) if billed.secondary else (),
        lines=lines,
    )


def _place(billed: Billed) -> str:
    """Return CLM05-1: the place of service, or the first two digits of the type of bill."""
    if billed.is_institutional:
        return "11" if billed.is_inpatient else "13"
    return "02" if billed.is_telehealth else "11"


def _dates(billed: Billed) -> tuple[DatePeriod, ...]:
    if not billed.is_institutional:
        return ()
    period = DatePeriod("434", billed.service_on, billed.through_on)
    if not billed.is_inpatient:
        return (period,)
    admitted = f"{billed.service_on:%Y%m%d}0730"
    return (period, DatePeriod("435", billed.service_on, billed.service_on, admitted))


def _line(
    billed: Billed, kind: SetKind, number: int, service: Service, diagnosis_count: int, place: str
) -> ServiceLine:
    modifiers = service.modifiers + (("95",) if billed.is_telehealth else ())
    is_institutional = kind is SetKind.CLAIM_INSTITUTIONAL
    return ServiceLine(
        line_number=number,
        procedure=Procedure("HC", service.code, modifiers) if service.code else None,
        charge_cents=service.charge_cents,
        units=Decimal(service.units),
        place_of_service="" if is_institutional else place,
        revenue_code=service.revenue_code if is_institutional else "",
        service_elements=() if is_institutional else _pointers(diagnosis_count),
        diagnosis_pointers=() if is_institutional else tuple(range(1, diagnosis_count + 1)),
        service_from_on=billed.service_on,
        service_through_on=billed.service_on if service.code else billed.through_on,
        line_control_number=f"{billed.number}-{number}",
    )


def _pointers(count: int) -> tuple[str, ...]:
    return ("SV1", "", "", "", "", "", "", ":".join(map(str, range(1, count + 1))))


def subscriber_of(billed: Billed, payer: SamplePayer, sequence: str) -> Subscriber:
    """Return the 2000B of a claim to this payer."""
    member_id = billed.member_id if payer is billed.payer else billed.secondary_member_id
    holder = billed.patient.party("IL", member_id)
    if billed.is_dependent:
        holder = replace(holder, first_name="Ermengarde", birth_on=date(1970, 5, 17), sex="F")
    return Subscriber(
        sequence=sequence,
        relationship="" if billed.is_dependent else "18",
        group_number=""
        if payer.kind in (PayerType.MEDICARE, PayerType.MEDICAID)
        else f"G{payer.identifier}",
        filing_indicator=payer.filing_indicator,
        party=holder,
    )


def _other(billed: Billed) -> OtherPayer:
    """Return the 2320 that tells the primary of the secondary payer."""
    payer = billed.secondary
    assert payer is not None
    holder = billed.patient.party("IL", billed.secondary_member_id)
    return OtherPayer(
        sequence="S",
        relationship="18",
        group_number=f"G{payer.identifier}",
        filing_indicator=payer.filing_indicator,
        assignment=("", "", "Y", "", "", "Y"),
        subscriber=replace(holder, birth_on=None, sex=""),
        payer=payer_party(payer),
    )
