"""From a primary's remittance to the claim to the secondary payer and its answer; and what is refused on the way.

The claim COB1 is of $250.00. Harborlight pays $170.00, takes $50.00 off and leaves $30.00, which is Second Mutual's.
"""

from datetime import date, timedelta
from typing import Any

import pytest

from dueline.core.correction import CorrectionKind, CorrectionState
from dueline.core.x12 import read_documents
from dueline.corrections.actions import (
    approve,
    ask_approval,
    change_correction,
    prepare_next_payer_claims,
    start_correction,
    withdraw_correction,
    write_approved,
    write_correction,
)
from dueline.corrections.errors import CorrectionRefused
from dueline.corrections.queries import prepared
from dueline.corrections.queries.next_payer import to_bill
from dueline.corrections.verify import verify
from tests.apps.corrections.conftest import (
    AS_OF,
    NOW,
    NPI,
    Site,
    claims_file,
    interchange,
    rejection,
)

N = CorrectionKind.NEXT_PAYER
LATER = NOW + timedelta(hours=1)
SECOND = (
    "SBR*S*18*G7******CI~OI***Y***Y~NM1*IL*1*SAMPLE*JANE****MI*S-77~"
    "NM1*PR*2*SECOND MUTUAL*****PI*SM001~"
)


def cob_claims(*numbers: str, control: int = 51, second: str = SECOND) -> str:
    text = claims_file(*numbers, control=control).replace("LX*1~", f"{second}LX*1~")
    extra = second.count("~") * len(numbers)
    return _counted(text, extra)


def _counted(text: str, extra: int) -> str:
    head, _, tail = text.partition("~SE*")
    count, _, rest = tail.partition("*")
    return f"{head}~SE*{int(count) + extra}*{rest}"


def answer(
    number: str,
    control: int,
    *,
    status: str = "1",
    paid: tuple[int, int] = (100, 70),
    sign: str = "",
    after: str = "",
    payer: str = "HARBORLIGHT",
    on: str = "20261118",
) -> str:
    """Return an 835 that pays both lines of a claim so much, leaves $20.00 and $10.00, and takes the rest off."""
    total = sum(paid)
    off = [150 - 20 - paid[0], 100 - 10 - paid[1]]
    flow = "D" if sign else "C"
    body = (
        f"BPR*I*{total}*{flow}*ACH************{on}~TRN*1*T{control}*1999999999~DTM*405*{on}~"
        f"N1*PR*{payer}~N1*PE*LAKESIDE*XX*{NPI}~LX*1~"
        f"CLP*{number}*{status}*{sign}250*{sign}{total}*{sign}30*12*ICN{control}*11*1~"
        f"NM1*QC*1*SAMPLE*JANE****MI*M100200~{after}"
        f"SVC*HC:99213*{sign}150*{sign}{paid[0]}**1~DTM*472*20261001~CAS*CO*45*{sign}{off[0]}~"
        f"CAS*PR*2*{sign}20~"
        f"SVC*HC:20610:RT*{sign}100*{sign}{paid[1]}**1~DTM*472*20261001~CAS*CO*45*{sign}{off[1]}~"
        f"CAS*PR*2*{sign}10~"
    )
    return interchange("835", "005010X221A1", control, body)


@pytest.fixture
def site(site: Site) -> Site:
    site.take_in(cob_claims("COB1", "COB2"), at=NOW - timedelta(days=20))
    site.take_in(answer("COB1", 52), at=NOW - timedelta(days=1))
    return site


def start(site: Site, number: str = "COB1", reason: str = "") -> Any:
    claim, by = site.claim(number), site.people["bea"]
    return start_correction(claim=claim, kind=N, by=by, as_of=AS_OF, now=NOW, reason=reason)


def write(site: Site, one: Any) -> Any:
    ask_approval(correction=one, by=site.people["bea"], as_of=AS_OF, now=NOW)
    approve(correction=one, by=site.people["bob"], as_of=AS_OF, now=NOW)
    one.refresh_from_db()
    return write_correction(correction=one, by=site.people["bob"], as_of=AS_OF, now=NOW)


def text_of(one: Any) -> str:
    from dueline.sending.queries import content

    return content(one.file).read_text()


def billed(site: Site) -> list[str]:
    return [claim.patient_control_number for claim in to_bill(site.practice)]


def test_a_paid_claim_is_billed_to_its_secondary_payer_which_answers(site: Site) -> None:
    before = site.claim("COB1")
    assert (before.payer.name, before.payer_balance_cents) == ("SECOND MUTUAL", 3000)
    assert billed(site) == ["COB1"]
    one = start(site)
    assert billed(site) == []
    preview = prepared(one, as_of=AS_OF)
    assert preview.missing == []
    told = {(c.place, c.label): c.after for c in preview.changes}
    assert told["Line 1", "HARBORLIGHT paid"] == "$100.00 of $150.00, 11/18/2026"
    write(site, one)
    assert one.file.purpose == "secondary_claims"
    ((claim,),) = [d.items for d in read_documents(text_of(one).encode())]
    assert claim == preview.claim
    (primary,) = claim.other_payers
    assert (primary.paid_cents, primary.payer.identifier) == (17000, "HL001")
    assert (claim.subscriber.sequence, claim.subscriber.party.identifier) == ("S", "S-77")
    item = site.claim("COB1").item
    assert (item.next_action, item.work_status) == ("await_answer", "waiting")
    assert "corrected_sent_on" not in (item.course or {})
    assert list(verify(site.practice)) == []

    site.take_in(text_of(one))
    after = site.claim("COB1")
    assert (after.payer_status, after.charge_cents, after.payer_balance_cents) == (
        "sent", 25000, 3000,
    )  # fmt: skip
    assert after.first_submitted_on == before.first_submitted_on  # it is as old as it was
    with pytest.raises(CorrectionRefused, match="is open since"):
        start(site)
    secondary = answer("COB1", 60, status="2", paid=(0, 0), payer="SECOND MUTUAL", on="20261123")
    for line, rest in (("CAS*CO*45*130", 130), ("CAS*CO*45*90", 90)):
        secondary = secondary.replace(line, f"CAS*OA*23*{rest}")
    site.take_in(secondary.replace("*1999999999~", "*1888888888~"), at=LATER)
    one.refresh_from_db()
    assert one.state == CorrectionState.ANSWERED
    with pytest.raises(CorrectionRefused):
        start(site)


def test_the_command_lists_what_is_to_be_billed(site: Site) -> None:
    from typer.testing import CliRunner

    from dueline.cli.secondary import app

    told = CliRunner().invoke(app, ["--practice", "lakeside"]).stdout.splitlines()
    assert told == [
        "Lakeside: 1 claim to bill to the next payer",
        "COB1                 $30.00 left for SECOND MUTUAL; the payer before paid on 11/18/2026",
    ]


def test_the_pages_offer_it_name_what_is_missing_and_ask_why_where_it_was_forwarded(
    site: Site,
) -> None:
    from django.test import Client

    bare = SECOND.replace("****MI*S-77", "")
    site.take_in(cob_claims("COB3", control=64, second=bare), answer("COB3", 65))
    site.take_in(answer("COB2", 63, status="19", after="MOA***MA01*MA18~"))
    client, at = Client(), "/practices/lakeside/"
    client.force_login(site.people["bea"], "django.contrib.auth.backends.ModelBackend")
    listed = client.get(f"{at}corrections/next-payer/").content.decode()
    assert "2 claims, $60.00" in listed
    forwarded = client.get(f"{at}claims/{site.claim('COB2').pk}/correct/").content.decode()
    assert "HARBORLIGHT says that it sent the claim on itself" in forwarded
    assert 'name="reason"' in forwarded
    page = client.post(f"{at}claims/{site.claim('COB3').pk}/correct/", {"kind": "N"}, follow=True)
    shown = page.content.decode()
    assert "The member ID with SECOND MUTUAL" in shown
    assert "Something is not known yet: fill it in first." in shown
    assert 'name="1.charge"' not in shown  # services stay as the payer before had them
    here = page.redirect_chain[-1][0]
    refused = client.post(f"{here}change/", {"relationship": "boss", "member_id": "S-88"})
    assert refused.status_code == 422
    assert "Relationship: expected one of 18 self" in refused.content.decode()
    filled = client.post(f"{here}change/", {"member_id": "S-88"}, follow=True).content.decode()
    assert "Not known yet" not in filled
    x12 = client.get(f"{here}?show=x12").content.decode()
    assert "SVD*HL001*100*HC:99213**1" in x12


def start_after(site: Site) -> Any:
    """Start a claim to the next payer of COB2, which Harborlight has paid too."""
    site.take_in(answer("COB2", 66), at=NOW - timedelta(hours=1))
    return start(site, "COB2")


def test_another_word_of_the_primary_does_not_answer_it(site: Site) -> None:
    one = write(site, start(site))
    draft = start_after(site)
    for number in ("COB1", "COB2"):
        control = int(number[-1]) + 70
        site.take_in(answer(number, control, status="22", sign="-", on="20261123"), at=LATER)
    one.refresh_from_db()
    assert one.state == CorrectionState.WRITTEN
    assert site.claim("COB1").payer.name == "Harborlight"
    draft.refresh_from_db()
    with pytest.raises(CorrectionRefused, match="It is the turn of Harborlight again"):
        ask_approval(correction=draft, by=site.people["bea"], as_of=AS_OF, now=NOW)


def test_after_a_reversal_only_the_payment_that_stands_is_told(site: Site) -> None:
    site.take_in(answer("COB1", 61, status="22", sign="-", on="20261119"))
    with pytest.raises(CorrectionRefused, match="still with its first payer"):
        start(site)
    assert billed(site) == []
    site.take_in(answer("COB1", 62, paid=(110, 70), on="20261120"))
    claim = prepared(start(site), as_of=AS_OF).claim
    (primary,) = claim.other_payers
    assert primary.paid_cents == 18000
    assert [a.paid_cents for line in claim.lines for a in line.other_adjudications] == [11000, 7000]


def test_two_answers_of_which_none_was_taken_back_are_not_guessed_at(site: Site) -> None:
    site.take_in(answer("COB1", 62, paid=(5, 5), on="20261120"))
    with pytest.raises(CorrectionRefused, match=r"found 2 \(11/18/2026, 11/20/2026\)"):
        start(site)


def test_what_the_primary_forwarded_is_billed_only_with_a_reason(site: Site) -> None:
    crossover = "NM1*TT*2*SECOND MUTUAL*****PI*SM001~MOA***MA01*MA18~"
    site.take_in(answer("COB2", 63, status="19", after=crossover))
    assert billed(site) == ["COB1"]
    with pytest.raises(
        CorrectionRefused, match="claim status 19, MA18, crossover to SECOND MUTUAL"
    ):
        start(site, "COB2")
    one = start(site, "COB2", reason="Second Mutual says that it never came.")
    assert (one.reason, one.steps.get().said) == (one.reason, one.reason)
    assert one.reason.startswith("Second Mutual says")
    write(site, one)


def test_a_tertiary_payer_is_billed_after_a_crossover_to_the_secondary(site: Site) -> None:
    third = SECOND.replace("SBR*S", "SBR*T").replace("S-77", "T-9")
    third = third.replace("SECOND MUTUAL", "THIRD HEALTH").replace("SM001", "TH001")
    site.take_in(cob_claims("COB6", control=80, second=SECOND + third))
    site.take_in(answer("COB6", 81, status="19"))
    second = answer("COB6", 82, status="2", paid=(10, 5), payer="SECOND MUTUAL", on="20261120")
    second = second.replace("CAS*CO*45*120", "CAS*OA*23*120")
    site.take_in(second.replace("*1999999999~", "*1888888888~"))
    assert site.claim("COB6").payer.name == "THIRD HEALTH"
    assert "COB6" in billed(site)
    claim = prepared(start(site, "COB6"), as_of=AS_OF).claim
    assert [(o.sequence, o.paid_cents) for o in claim.other_payers] == [("P", 17000), ("S", 1500)]
    assert (claim.subscriber.sequence, claim.subscriber.party.identifier) == ("T", "T-9")
    assert all(len(line.other_adjudications) == 2 for line in claim.lines)


def test_what_is_missing_is_named_and_blocks_until_it_is_filled_in(site: Site) -> None:
    bare = SECOND.replace("****MI*S-77", "").replace("*****PI*SM001", "").replace("S*18", "S*")
    site.take_in(cob_claims("COB3", control=64, second=bare), answer("COB3", 65))
    one = start(site, "COB3")
    found = prepared(one, as_of=AS_OF)
    assert found.missing == [
        "The member ID with SECOND MUTUAL",
        "What the patient is to the subscriber",
    ]  # the payer's ID is on file
    with pytest.raises(CorrectionRefused, match="Not known yet: The member ID"):
        ask_approval(correction=one, by=site.people["bea"], as_of=AS_OF, now=NOW)
    for wrong in ({"diagnoses": "E119"}, {"1.charge": "1"}, {"relationship": "boss"}):
        with pytest.raises(CorrectionRefused):
            change_correction(correction=one, edits=wrong, by=site.people["bea"], now=NOW)
    edits = {"member_id": "S-88", "relationship": "18"}
    change_correction(correction=one, edits=edits, by=site.people["bea"], now=NOW)
    write(site, one)
    assert "NM1*IL*1*SAMPLE*JANE****MI*S-88~" in text_of(one)


def test_a_file_without_a_telephone_to_ask_at_is_not_written(site: Site) -> None:
    """The receiver would refuse it: 1000A PER needs a number. The practice's own comes before the one sent before."""
    bare = cob_claims("COB5", control=64).replace("PER*IC*BILLING*TE*3125550100~", "")
    site.take_in(_counted(bare, -1), answer("COB5", 65))
    one = start(site, "COB5")
    with pytest.raises(CorrectionRefused, match="contact phone: expected a telephone"):
        write(site, one)
    type(site.practice).objects.filter(pk=site.practice.pk).update(phone="(202) 555-0142")
    one.refresh_from_db()
    write_correction(correction=one, by=site.people["bob"], as_of=AS_OF, now=NOW)
    assert "PER*IC*Lakeside*TE*2025550142~" in text_of(one)


def test_all_that_wait_are_prepared_and_each_stands_by_itself(site: Site) -> None:
    from dueline.accounts.errors import NotAllowed
    from dueline.ledger.storage import path_of

    bare = SECOND.replace("****MI*S-77", "")
    site.take_in(cob_claims("COB3", "COB4", control=64, second=bare))
    site.take_in(answer("COB2", 66), answer("COB3", 67), answer("COB4", 68))
    gone = site.claim("COB4").claim_payments.get().remittance.transaction_set.source_file
    path_of(site.practice, gone.sha256).unlink()
    with pytest.raises(NotAllowed):
        prepare_next_payer_claims(
            practice=site.practice, by=site.people["cal"], as_of=AS_OF, now=NOW
        )
    told = prepare_next_payer_claims(
        practice=site.practice, by=site.people["bea"], as_of=AS_OF, now=NOW
    )
    assert (told.asked, told.lacking, sum(told.refused.values())) == (2, 1, 1)
    assert billed(site) == ["COB4"]


def test_all_that_is_approved_is_written_in_a_file_for_each_payer_and_kind(site: Site) -> None:
    from dueline.corrections.models import Correction

    site.take_in(answer("COB2", 66))
    made = [start(site, "COB1"), start(site, "COB2")]
    made.append(
        start_correction(claim=site.claim("DEN1"), kind=CorrectionKind.VOID, by=site.people["bea"],
                         as_of=AS_OF, now=NOW)
    )  # fmt: skip
    for one in made:
        ask_approval(correction=one, by=site.people["bea"], as_of=AS_OF, now=NOW)
        approve(correction=one, by=site.people["bob"], as_of=AS_OF, now=NOW)
    told = write_approved(practice=site.practice, by=site.people["bob"], as_of=AS_OF, now=NOW)
    assert (told.files, told.claims, dict(told.refused)) == (2, 3, {})
    files = {one.file.purpose: one.file for one in Correction.objects.filter(state="written")}
    assert {purpose: file.claim_count for purpose, file in files.items()} == {
        "secondary_claims": 2, "corrected_claims": 1,
    }  # fmt: skip
    assert list(verify(site.practice)) == []


def test_one_that_was_refused_before_it_arrived_waits_to_be_billed_again(site: Site) -> None:
    one = write(site, start(site))
    site.take_in(text_of(one))
    with pytest.raises(CorrectionRefused):
        withdraw_correction(correction=one, reason="Late.", by=site.people["bea"], now=NOW)
    refusal = (
        rejection("COB1", 70).replace("HARBORLIGHT", "SECOND MUTUAL").replace("HL001", "SM001")
    )
    site.take_in(refusal.replace("20261003*U", "20261123*U"), at=LATER)
    one.refresh_from_db()
    assert one.state == CorrectionState.REJECTED
    assert date(2026, 11, 18) == site.claim("COB1").earlier_remitted_on
