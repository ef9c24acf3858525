"""Schedules and prices a practice's claims for one day: rows of the database in, the columns of items out."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from dueline.accounts.models import Practice
from dueline.core.calendars import business_days_between
from dueline.core.claim_clocks import ClaimDates
from dueline.core.codes import carc
from dueline.core.deadlines import Due, Rule, nearest_due
from dueline.core.enums import (
    CheckKey,
    ClaimType,
    DueCause,
    Level,
    NextAction,
    PayerStatus,
    PayerType,
    WorkStatus,
)
from dueline.core.holds import WITH_OTHERS, cause_with_others, held_by, to_lead, with_whom
from dueline.core.payer_rules import suits
from dueline.core.priority import PriorityFacts, score, talk_minutes
from dueline.core.readiness import practice_lacks
from dueline.core.recovery import Outcomes, Rate, age_factor, chance, expected_share
from dueline.core.schedule import (
    DECIDED,
    MISSABLE,
    MISSED_DAYS,
    URGENCY,
    ClaimFacts,
    Interval,
    Schedule,
    UsualWait,
    days_overdue,
    due_cause,
    interval_by,
    next_sensible_day,
    schedule,
    usual_interval,
    waits_as_usual,
    within,
)
from dueline.core.scripts.propose import scenario_of
from dueline.payers.models import Payer
from dueline.payers.queries import rule_book, status_lines
from dueline.worklist.models import DailyPricing
from dueline.worklist.queries.outcomes import acknowledging_payers, usual_waits
from dueline.worklist.queries.rows import ItemState, Row, events_of, own_remitted_on

_AWAITING = frozenset({PayerStatus.SENT, PayerStatus.ACCEPTED})  # a first look comes of the wait
NOT_FOR_CALLER = WITH_OTHERS | {WorkStatus.CLOSED}


class PayerFacts(NamedTuple):
    name: str
    payer_type: PayerType
    hold_minutes: int
    claims_per_call: int


class DenialFacts(NamedTuple):
    """What the leading denial reason of a claim means for its work."""

    category: str
    scenario: str
    level: Level
    fix: str


@dataclass
class Pricing:
    """What all prices of a practice share on one day."""

    practice: Practice
    as_of: date
    next_day: date
    payers: dict[int, PayerFacts]
    outcomes: Outcomes
    call_counts: dict[
        int, int
    ]  # payer id: claims due by telephone; missing: as many as a call takes
    rules_for: Callable[[int, PayerType, date | None, int | None], list[Rule]]
    clocks_for: Callable[[int, PayerType, int | None], list[Rule]]
    plan_of: Callable[[int, str], int | None]
    acknowledging: frozenset[int]  # payers that have sent acceptance reports
    usual_waits: dict[str, UsualWait]  # "payer id" or "payer id/plan id", where history is enough
    practice_lacks: tuple[CheckKey, ...] = ()  # blocks every call: facts of the practice
    _left: dict[date, int] = field(default_factory=dict)
    _rules: dict[tuple[int, date | None, int | None], list[Rule]] = field(default_factory=dict)
    _intervals: dict[tuple[int, str, int | None, bool], Interval] = field(default_factory=dict)
    _denials: dict[str, DenialFacts] = field(default_factory=dict)
    _chances: dict[tuple[int, str, str, int], int] = field(default_factory=dict)
    _shares: dict[tuple[int, str, bool], Rate] = field(default_factory=dict)

    def state(self, row: Row) -> ItemState:
        """Return what the item of this open claim is to be on this day."""
        plan, promised_on, has_set_date = self._plan(row)
        due = self.deadline(row)
        deadline_on, safe_on = (due.due_on, due.safe_on) if due else (None, None)
        if not has_set_date:
            plan = within(plan, deadline_on, safe_on, as_of=self.as_of)
        was_held = row.item is not None and row.item.is_open and row.item.is_held
        plan, is_held = with_whom(
            plan,
            row.hold,
            was_held=was_held,
            deadline_on=deadline_on,
            safe_on=safe_on,
            as_of=self.as_of,
        )
        cause = self._cause(row, plan, promised_on, due)
        is_worked = cause is not None and plan.work_status not in NOT_FOR_CALLER
        if is_worked and row.hold.is_stuck:
            plan, is_held, is_worked = to_lead(plan, row.hold, as_of=self.as_of), True, False
        work_status = plan.work_status
        if work_status in (WorkStatus.READY, WorkStatus.WAITING):
            work_status = WorkStatus.WAITING if cause is None else WorkStatus.READY
        return ItemState(
            payer_id=row.payer_id,
            payer_name=self.payers[row.payer_id].name,
            is_open=True,
            level=plan.level,
            work_status=work_status,
            due_on=plan.due_on,
            due_reason=plan.due_reason[:200],
            has_set_date=has_set_date or was_held,
            is_held=is_held,
            promised_on=promised_on,
            asked_on=row.item.asked_on if row.item is not None and self._is_asked(row) else None,
            next_action=plan.next_action,
            deadline_on=deadline_on,
            safe_on=safe_on,
            deadline_kind=due.kind.value if due else "",
            payer_balance_cents=row.payer_balance_cents,
            service_on=row.service_from_on,
            first_submitted_on=row.first_submitted_on,
            seen_status=row.payer_status,
            seen_status_on=row.payer_status_on,
            is_due=cause is not None,
            is_for_caller=is_worked and not self._is_blocked(row),
            escalated_on=self._escalated_on(row, plan.due_on, cause),
            due_cause=cause or "",
            urgency=0 if cause is None else URGENCY[cause],
            priority=self._priority(
                row, plan.next_action, deadline_on, due.kind.value if due else ""
            ),
        )

    def _cause(
        self, row: Row, plan: Schedule, promised_on: date | None, due: Due | None
    ) -> DueCause | None:
        deadline_on = due.due_on if due else None
        cause = due_cause(
            due_on=plan.due_on,
            last_action_on=row.hold.acted_on(row.last_action_on),
            promised_on=promised_on,
            deadline_on=deadline_on,
            safe_on=due.safe_on if due else None,
            as_of=self.as_of,
        )
        if plan.work_status not in WITH_OTHERS:
            return cause
        return cause_with_others(
            cause, deadline_on=deadline_on, last_action_on=row.last_action_on, as_of=self.as_of
        )

    def _escalated_on(self, row: Row, due_on: date, cause: DueCause | None) -> date | None:
        """Return since when a missed follow-up is the lead's concern too; None where none was missed."""
        if cause not in MISSABLE or days_overdue(due_on, as_of=self.as_of) < MISSED_DAYS:
            return None
        was = row.item.escalated_on if row.item is not None and row.item.is_open else None
        return was or self.as_of

    @staticmethod
    def is_worked(state: ItemState) -> bool:
        """Whether a caller would work it today, blocked or not."""
        return state.is_due and state.work_status not in NOT_FOR_CALLER

    def _is_blocked(self, row: Row) -> bool:
        """Whether something blocks a call; money to give back is no call."""
        return row.payer_balance_cents > 0 and bool(row.hold.blocked or self.practice_lacks)

    def facts(self, row: Row, state: ItemState) -> PriorityFacts:
        """Return what `core.priority.price` needs to explain the price in `state`."""
        payer = self.payers[row.payer_id]
        age = self._days_since(row.service_from_on)
        return PriorityFacts(
            payer_name=payer.name,
            payer_status=PayerStatus(row.payer_status),
            payer_status_on=row.payer_status_on,
            payer_balance_cents=row.payer_balance_cents,
            share=self._share(row),
            chance=self._chance(row, age),
            age_days=age,
            days_since_submission=self._days_since(row.first_submitted_on),
            next_day=self.next_day,
            due_on=state.due_on,
            due_cause=DueCause(state.due_cause) if state.due_cause else None,
            last_action_on=row.last_action_on,
            promised_on=state.promised_on,
            deadline_on=state.deadline_on,
            deadline_kind=state.deadline_kind,
            business_days_left=self._business_days_left(state.deadline_on),
            scenario=self._scenario(row),
            is_call=state.next_action == NextAction.CALL,
            hold_minutes=payer.hold_minutes,
            batch_count=self.batch_count(row.payer_id),
            held_by=held_by(WorkStatus(state.work_status), row.hold),
        )

    def claim_dates(self, row: Row) -> ClaimDates:
        is_secondary = row.payer_sequence != "P"
        return ClaimDates(
            service_from_on=row.service_from_on,
            service_through_on=row.service_through_on,
            first_submitted_on=row.first_submitted_on,
            accepted_on=row.accepted_on,
            last_remitted_on=own_remitted_on(row),
            denied_on=row.denied_on,
            primary_remitted_on=row.earlier_remitted_on if is_secondary else None,
            payer_status=PayerStatus(row.payer_status),
            claim_type=ClaimType(row.claim_type),
            is_secondary=is_secondary,
            events=events_of(row),
        )

    def deadline(self, row: Row) -> Due | None:
        """Return the nearest hard deadline still to be met; None where no rule gives one."""
        if row.payer_balance_cents <= 0:
            return None
        return nearest_due(self.rules(row), self.claim_dates(row))

    def rules(self, row: Row) -> list[Rule]:
        plan = self.plan_of(row.payer_id, row.group_number) if row.group_number else None
        key = row.payer_id, row.service_from_on, plan
        if key not in self._rules:
            payer_type = self.payers[row.payer_id].payer_type
            self._rules[key] = self.rules_for(row.payer_id, payer_type, row.service_from_on, plan)
        return self._rules[key]

    def batch_count(self, payer_id: int) -> int:
        """Return how many claims one call to this payer settles: its limit, or those due if fewer."""
        most = self.payers[payer_id].claims_per_call
        return max(1, min(most, self.call_counts.get(payer_id, most)))

    def _plan(self, row: Row) -> tuple[Schedule, date | None, bool]:
        """Return the schedule, what was promised, and whether a person set the date."""
        item = row.item
        if item is None or not item.is_open:
            return self._fresh(row), None, False
        has_decided = row.payer_status in DECIDED and row.payer_status != item.seen_status
        promised_on = None if has_decided else item.promised_on
        kept = Schedule(
            item.due_on,
            item.due_reason,
            NextAction(item.next_action),
            Level(item.level),
            WorkStatus(item.work_status),
        )
        if self._has_same_word(row, item):
            if row.answered_on is not None and not item.has_set_date and item.asked_on is None:
                kept = self._fresh(row)
            elif not item.has_set_date and not self._is_asked(row):
                kept = self._of_today(row, kept)
                set_on = item.asked_on or kept.due_on
                if row.last_submitted_on is not None and set_on < row.last_submitted_on:
                    kept = self._fresh(row)  # set for what was sent before, or by a replayed day
            return kept, promised_on, item.has_set_date
        fresh = self._fresh(row)
        if not item.has_set_date:
            return fresh, promised_on, False
        # The payer's new word may bring a person's date nearer, never push it.
        sooner = max(fresh.due_on, self.as_of)
        if sooner <= item.due_on:
            return Schedule(sooner, *_rest(fresh)), promised_on, False
        return kept, promised_on, True

    def _is_asked(self, row: Row) -> bool:
        """Whether a status request set the date that stands: it waits for the answer, not for what is usual."""
        item = row.item
        if item is None or not item.is_open or item.asked_on is None or item.has_set_date:
            return False
        is_sent_since = row.last_submitted_on is not None and item.asked_on < row.last_submitted_on
        return not is_sent_since and self._has_same_word(row, item)

    def _of_today(self, row: Row, kept: Schedule) -> Schedule:
        """Return a first look as what is learned by today has it; one that is due stays due."""
        if not self.usual_waits or row.payer_status not in _AWAITING:
            return kept
        facts = self.claim_facts(row)
        if not waits_as_usual(facts):
            return kept
        fresh = schedule(facts, as_of=self.as_of)
        if kept.due_on <= self.as_of < fresh.due_on:
            return kept
        return replace(
            kept,
            due_on=fresh.due_on,
            due_reason=fresh.due_reason,
            next_action=fresh.next_action,
        )

    @staticmethod
    def _has_same_word(row: Row, item: ItemState) -> bool:
        return (
            item.seen_status == row.payer_status
            and item.seen_status_on == row.payer_status_on
            and item.payer_id == row.payer_id
            and item.payer_balance_cents == row.payer_balance_cents
        )

    def _fresh(self, row: Row) -> Schedule:
        return schedule(self.claim_facts(row), as_of=self.as_of)

    def claim_facts(self, row: Row) -> ClaimFacts:
        denial = self._denial(row.denial_carc)
        return ClaimFacts(
            payer_type=self.payers[row.payer_id].payer_type,
            payer_status=PayerStatus(row.payer_status),
            payer_status_on=row.payer_status_on,
            payer_balance_cents=row.payer_balance_cents,
            is_first_payer=row.payer_sequence == "P",
            service_on=row.service_from_on,
            first_submitted_on=row.first_submitted_on,
            last_submitted_on=row.last_submitted_on,
            accepted_on=row.accepted_on,
            last_remitted_on=own_remitted_on(row),
            denial_level=denial.level,
            denial_fix=denial.fix,
            denial_words=row.payer_said,
            payer_acknowledges=row.payer_id in self.acknowledging,
            usual_wait=self._usual_wait(row),
            interval=self.interval(row),
            answered_on=row.answered_on,
        )

    def interval(self, row: Row) -> Interval:
        """Return when to look by the rules of the payer whose turn it is."""
        plan = self.plan_of(row.payer_id, row.group_number) if row.group_number else None
        is_first = row.payer_sequence == "P"
        key = row.payer_id, row.claim_type, plan, is_first
        if key not in self._intervals:
            payer_type = self.payers[row.payer_id].payer_type
            found = self.clocks_for(row.payer_id, payer_type, plan)
            fitting = [rule for rule in found if suits(rule, ClaimType(row.claim_type))]
            if not is_first:  # what holds for the type is about a first payer
                fitting = [rule for rule in fitting if not rule.scope.payer_type]
            usual = usual_interval(payer_type, is_first_payer=is_first)
            self._intervals[key] = interval_by(fitting, usual, as_of=self.as_of)
        return self._intervals[key]

    def _usual_wait(self, row: Row) -> UsualWait | None:
        """Return what is learned of the claim's plan, else of its payer."""
        if not self.usual_waits:
            return None
        plan = self.plan_of(row.payer_id, row.group_number) if row.group_number else None
        of_plan = self.usual_waits.get(f"{row.payer_id}/{plan}") if plan is not None else None
        return of_plan or self.usual_waits.get(str(row.payer_id))

    def _denial(self, code: str) -> DenialFacts:
        found = self._denials.get(code)
        if found is None:
            meaning = carc(code) if code else None
            found = DenialFacts("", "", Level.L1, "")
            if meaning is not None:
                found = DenialFacts(
                    meaning.category, meaning.scenario, Level(meaning.level), meaning.usual_fix
                )
            self._denials[code] = found
        return found

    def _priority(
        self, row: Row, next_action: str, deadline_on: date | None, deadline_kind: str
    ) -> int:
        age = self._days_since(row.service_from_on)
        payer = self.payers[row.payer_id]
        return score(
            row.payer_balance_cents,
            self._share(row).basis_points,
            self._chance_points(row, age),
            deadline_kind,
            self._business_days_left(deadline_on),
            age,
            (self.next_day - self.as_of).days,
            talk_minutes(self._scenario(row)),
            payer.hold_minutes if next_action == NextAction.CALL else 0,
            self.batch_count(row.payer_id),
        ).per_minute

    def _scenario(self, row: Row) -> str:
        return scenario_of(
            PayerStatus(row.payer_status),
            denial_scenario=self._denial(row.denial_carc).scenario,
            balance_cents=row.payer_balance_cents,
        )

    def _chance_points(self, row: Row, age: int | None) -> int:
        key = row.payer_id, row.payer_status, row.denial_carc, age_factor(age)
        points = self._chances.get(key)
        if points is None:
            points = self._chances[key] = self._chance(row, age).basis_points
        return points

    def _chance(self, row: Row, age: int | None) -> Rate:
        return chance(
            payer_status=PayerStatus(row.payer_status),
            denial_category=self._denial(row.denial_carc).category,
            payer_type=self.payers[row.payer_id].payer_type,
            age_days=age,
            outcomes=self.outcomes,
        )

    def _share(self, row: Row) -> Rate:
        key = row.payer_id, row.payer_status, row.payer_sequence == "P"
        found = self._shares.get(key)
        if found is None:
            found = self._shares[key] = expected_share(
                payer_id=row.payer_id,
                payer_type=self.payers[row.payer_id].payer_type,
                payer_status=PayerStatus(row.payer_status),
                is_first_payer=row.payer_sequence == "P",
                outcomes=self.outcomes,
            )
        return found

    def _days_since(self, day: date | None) -> int | None:
        return None if day is None else max(0, (self.as_of - day).days)

    def _business_days_left(self, deadline_on: date | None) -> int | None:
        """Return business days after today through the deadline; -1 when it is past."""
        if deadline_on is None:
            return None
        if deadline_on < self.as_of:
            return -1
        left = self._left.get(deadline_on)
        if left is None:
            left = self._left[deadline_on] = business_days_between(self.as_of, deadline_on)
        return left


def _rest(plan: Schedule) -> tuple[str, NextAction, Level, WorkStatus]:
    return plan.due_reason, plan.next_action, plan.level, plan.work_status


def pricing(practice: Practice, *, as_of: date, shared: DailyPricing) -> Pricing:
    """Return the pricing of a practice on a day from what is shared by all its prices. A few queries."""
    lines = status_lines(practice)
    payers = {
        pk: PayerFacts(
            name, PayerType(payer_type), lines[pk].hold_minutes, lines[pk].claims_per_call
        )
        for pk, name, payer_type in Payer.objects.filter(practice=practice).values_list(
            "pk", "name", "payer_type"
        )
    }
    book = rule_book(practice, as_of=as_of)
    return Pricing(
        practice=practice,
        as_of=as_of,
        next_day=next_sensible_day(as_of),
        payers=payers,
        outcomes=outcomes_from(shared),
        call_counts={int(key): count for key, count in shared.call_counts.items()},
        rules_for=book.rules_for,
        clocks_for=lambda payer_id, payer_type, plan: book.clocks_for(
            book.coverage(payer_id, payer_type, as_of, plan)
        ),
        plan_of=book.plan_of,
        acknowledging=frozenset(
            acknowledging_payers(practice) if shared.acknowledging is None else shared.acknowledging
        ),
        usual_waits=usual_waits(shared.times_to_pay),
        practice_lacks=practice_lacks(practice.name, practice.tax_id),
    )


def outcomes_from(shared: DailyPricing) -> Outcomes:
    return Outcomes(
        denials={
            PayerType(key): (won, decided) for key, (won, decided) in shared.denial_outcomes.items()
        },
        paid={
            int(key): (paid, charged, count)
            for key, (paid, charged, count) in shared.paid_outcomes.items()
        },
    )
