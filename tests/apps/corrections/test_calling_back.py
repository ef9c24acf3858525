"""A written file is called back before it is sent: drafts again, due as before; and what no longer can be."""

from typing import Any

import pytest

from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import AuditEvent
from dueline.core.correction import CorrectionKind, CorrectionState
from dueline.core.outgoing import OutgoingState
from dueline.corrections.actions import (
    approve,
    ask_approval,
    call_back_corrections,
    start_correction,
    write_correction,
)
from dueline.corrections.verify import verify
from dueline.sending.actions import mark_sent
from dueline.sending.errors import SendingError
from dueline.sending.queries import content
from dueline.sending.verify import verify as verify_files
from dueline.worklist.actions import move_due_date, standing_of_item
from tests.apps.corrections.conftest import AS_OF, NOW, Site


def written(site: Site, again: Any = None) -> Any:
    one = again or start_correction(
        claim=site.claim("DEN1"), kind=CorrectionKind.VOID, by=site.people["bea"], as_of=AS_OF,
        now=NOW,
    )  # fmt: skip
    ask_approval(correction=one, by=site.people["bea"], as_of=AS_OF, now=NOW)
    approve(correction=one, by=site.people["bob"], as_of=AS_OF, now=NOW)
    one.refresh_from_db()
    return write_correction(correction=one, by=site.people["bob"], as_of=AS_OF, now=NOW)


def call_back(site: Site, one: Any, by: str = "bob", reason: str = "Wrong doctor.") -> Any:
    return call_back_corrections(
        outgoing=one.file, reason=reason, by=site.people[by], as_of=AS_OF, now=NOW
    )


def test_what_was_not_sent_comes_back_as_a_draft_and_its_claim_is_due_as_before(
    site: Site,
) -> None:
    before = standing_of_item(site.claim("DEN1"))
    one = written(site)
    assert standing_of_item(site.claim("DEN1")) != before
    file = call_back(site, one)
    assert (file.state, file.called_back_by) == (OutgoingState.WITHDRAWN, "bob")
    one.refresh_from_db()
    assert (one.state, one.file) == (CorrectionState.DRAFT, None)
    step = one.steps.order_by("-pk")[0]
    assert (step.event, step.said) == ("call_back", "Wrong doctor.")
    assert standing_of_item(site.claim("DEN1")) == before
    assert AuditEvent.objects.filter(action="call_back_outgoing_file").count() == 1
    with pytest.raises(SendingError, match="called back"):
        content(file)
    with pytest.raises(SendingError, match="withdrawn already"):
        mark_sent(outgoing=file, by="bob", at=NOW)
    again = written(site, one)
    assert again.file.number > file.number
    assert [*verify(site.practice), *verify_files(site.practice)] == []  # its content is kept


def test_what_was_sent_or_taken_in_is_not_called_back(site: Site) -> None:
    one = written(site)
    with pytest.raises(NotAllowed):
        call_back(site, one, by="cal")
    with pytest.raises(SendingError, match="Say why"):
        call_back(site, one, reason="  ")
    site.take_in(content(one.file).read_text())
    with pytest.raises(SendingError, match="taken in at Intake"):
        call_back(site, one)
    file = one.file
    file.refresh_from_db()
    assert file.state == OutgoingState.WRITTEN  # nothing was changed
    mark_sent(outgoing=file, by="bob", at=NOW)
    with pytest.raises(SendingError, match="is sent: only what was not sent"):
        call_back(site, one)  # by a page that was opened before it was sent
    one.refresh_from_db()
    assert one.state == CorrectionState.WRITTEN


def test_a_date_that_someone_set_since_stays(site: Site) -> None:
    one = written(site)
    item = site.claim("DEN1").item
    day = item.due_on.replace(day=item.due_on.day + 1)
    move_due_date(
        item=item, due_on=day, reason="Away.", by=site.people["bea"], as_of=AS_OF, now=NOW
    )
    call_back(site, one)
    assert site.claim("DEN1").item.due_on == day


def test_verify_names_what_does_not_hold(site: Site) -> None:
    one = written(site)
    type(one.file).objects.filter(pk=one.file.pk).update(state=OutgoingState.WITHDRAWN)
    assert [b.text for b in verify(site.practice)] == [
        "It went out: expected a file that was not called back."
    ]
    assert [b.text[:16] for b in verify_files(site.practice)] == ["It is withdrawn:"]
