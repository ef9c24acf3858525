"""What to do about one denial: the play that fits, turned by what our own data answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from dueline.core.codes import rarc
from dueline.core.enums import DenialCategory, Level, NextAction, RequestOwner, UsualFix
from dueline.core.playbook.checks import CaseFacts, Found, look
from dueline.core.playbook.plays import Play, shipped
from dueline.core.readiness import owner_of_denial
from dueline.core.schedule import ACTION_OF_FIX


@dataclass(frozen=True, slots=True)
class Advice:
    """A play for one denial. `way` and `do` are as the answers turn them; `remarks` are the remarks in words.

    `is_call`: a call is what comes next. Where not, `no_call` says why.
    """

    play: Play
    way: UsualFix
    do: str
    who: Level | RequestOwner
    found: list[Found]
    remarks: list[str]
    is_call: bool
    no_call: str


def advise(
    *,
    carc: str,
    rarcs: Sequence[str],
    category: DenialCategory,
    usual_fix: UsualFix,
    facts: CaseFacts,
) -> Advice:
    """Return what to do about a denial. The first turn whose answer is there holds.

    Without one, a play for reason and remark says the way, else the reason's usual fix as the practice
    has it. It agrees with readiness: where that says that no call settles a reason, none is advised.
    """
    book = shipped()
    play = book.play_for(carc, rarcs, category)
    found = look(play.questions, facts)
    answers = {one.question: one.answer for one in found}
    turn = next((t for t in play.turns if answers.get(t.question) == t.answer), None)
    way = turn.way if turn else (play.way if play.is_of_remark else usual_fix)
    owner = owner_of_denial(carc)
    is_call = owner is None and way is not UsualFix.NONE and ACTION_OF_FIX[way] is NextAction.CALL
    return Advice(
        play=play,
        way=way,
        do=turn.do if turn else play.do,
        who=owner or play.who,
        found=found,
        remarks=[f"{code} {rarc(code).short}" for code in rarcs],
        is_call=is_call,
        no_call="" if is_call else _no_call(owner, way),
    )


def _no_call(owner: RequestOwner | None, way: UsualFix) -> str:
    if owner is not None:
        return "No call settles this."
    if way is UsualFix.NONE:
        return "Nothing is to be done, so no call is needed."
    return "No call is needed first."
