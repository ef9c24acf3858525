"""The packet holds what a representative asks for, in their order; what is not known says so."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dueline.calls.queries import Packet, packet_of
from dueline.calls.queries.packet import KEYS, NOT_KNOWN

NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
TAKEN = set("defhnrx[]")  # by the browser, or for something else in the console


def facts(packet: Packet) -> dict[str, str]:
    return {fact.label: fact.shown for group in packet.groups for fact in group.facts}


@pytest.fixture
def whole(practice: Any, make_claim: Callable[..., Any]) -> Any:
    from dueline.ledger.models import Patient, Provider

    patient = Patient.objects.create(
        practice=practice,
        identity_key="one",
        last_name="Samplewood",
        first_name="Ottoline",
        search_name="SAMPLEWOOD OTTOLINE",
        birth_on=date(1971, 3, 9),
    )
    provider = Provider.objects.create(practice=practice, npi="1999999919", name="Lakeside")
    practice.tax_id = "995550187"
    practice.save()
    return make_claim(
        patient=patient,
        billing_provider=provider,
        member_id="HLX00821I740",
        payer_claim_control_number="HL26-55081",
        denial_group="CO",
        denial_carc="197",
    )


def test_facts_stand_in_the_order_in_which_they_are_asked(whole: Any) -> None:
    packet = packet_of(whole, now=NOW)
    assert [group.title for group in packet.groups] == ["Who is calling", "Patient", "Claim"]
    shown = facts(packet)
    assert list(shown)[:6] == [
        *("Billing NPI", "Tax ID", "Practice"),
        *("Member ID", "Name", "Born"),
    ]
    assert shown["Billing NPI"] == "1999 9999 19"
    assert shown["Member ID"] == "HLX0 0821 I740"
    assert shown["Born"] == "03/09/1971"
    assert shown["Charge"] == "$500.00"
    assert (shown["Sent"], shown["Accepted"]) == ("10/03/2026, electronic", "10/05/2026")
    assert shown["Denial"] == "CO-197 no authorization"


def test_what_is_copied_has_no_spaces_within_a_number(whole: Any) -> None:
    packet = packet_of(whole, now=NOW)
    assert packet.facts["Billing NPI"].copied == "1999999919"
    assert packet.facts["Member ID"].copied == "HLX00821I740"


def test_what_is_not_known_says_so_and_copies_nothing(make_claim: Any) -> None:
    packet = packet_of(make_claim(member_id="", patient=None), now=NOW)
    for label in ("Member ID", "Name", "Born", "Payer’s claim", "Rendering"):
        assert packet.facts[label].shown == NOT_KNOWN
        assert packet.facts[label].copied == ""
    assert packet.facts["Authorization"].shown == "None sent"


def test_each_fact_has_a_key_of_its_own_and_none_that_does_something_else(whole: Any) -> None:
    keys = [fact.key for group in packet_of(whole, now=NOW).groups for fact in group.facts]
    assert len(set(keys)) == len(keys)
    assert "" not in keys
    assert not TAKEN & set(KEYS)


def test_line_says_when_it_is_open_in_the_payers_time(claim: Any) -> None:
    claim.payer.time_zone = "America/Los_Angeles"
    claim.payer.save()
    line = packet_of(claim, now=NOW).line
    assert not line.hours.is_open  # 7:42 am there
    assert f"{line.hours.opens_at:%H:%M %Z}" == "08:00 PST"


def test_last_contacts_come_first_and_ours_among_the_payers(record: Any, claim: Any) -> None:
    record(claim)
    contacts = packet_of(claim, now=NOW).contacts
    assert contacts[0].text.startswith("Call, ")
    assert [c.on for c in contacts] == sorted((c.on for c in contacts), reverse=True)


def test_packet_takes_the_same_number_of_queries_for_any_claim(
    whole: Any, record: Any, django_assert_max_num_queries: Any
) -> None:
    record(whole)
    with django_assert_max_num_queries(16):
        packet_of(whole, now=NOW)
