"""A file of status requests that was not sent is called back: its claims may be asked about again at once."""

from dueline.accounts.actions import add_user
from dueline.core.enums import Role
from dueline.core.outgoing import OutgoingState
from dueline.core.status_requests import RequestState
from dueline.sending.verify import verify as verify_files
from dueline.status_requests.actions import call_back_requests
from dueline.status_requests.models import StatusRequest
from dueline.status_requests.queries import due_tonight, figures
from dueline.status_requests.verify import verify

from .conftest import MONDAY, NOON


def test_claims_asked_about_in_a_file_called_back_are_due_as_before_and_asked_again(
    make_claim, write
):
    claim = make_claim()
    due_before = (claim.item.due_on, claim.item.due_reason, claim.item.next_action)
    lead = add_user(username="lena", password=None, memberships={claim.practice: Role.LEAD},
                    by="tests", at=NOON)  # fmt: skip
    (row,) = write().files
    file = call_back_requests(
        outgoing=row, reason="Wrong receiver.", by=lead, as_of=MONDAY, now=NOON
    )
    assert file.state == OutgoingState.WITHDRAWN
    assert StatusRequest.objects.get().state == RequestState.RECALLED
    item = claim.item
    item.refresh_from_db()
    assert (item.due_on, item.due_reason, item.next_action) == due_before
    due = due_tonight(claim.practice, as_of=MONDAY, now=NOON)
    assert due.count == 1
    (told,) = figures(claim.practice, due, as_of=MONDAY)
    assert (told.asked, told.out) == (0, 0)
    (again,) = write().files
    assert again.number > row.number
    assert [*verify(claim.practice), *verify_files(claim.practice)] == []
