"""Patterns as the latest look found them, and cases."""

from typing import Any

from dueline.api.access import ApiRequest
from dueline.api.queries.cursor import Place, page_of
from dueline.api.routes import Routes
from dueline.api.schemas.basic import Cursor, Limit, PracticeCode
from dueline.api.schemas.patterns import CasePage, Patterns, case_out, pattern_out
from dueline.cases.queries.reading import cases_of, current_patterns, latest_run, told
from dueline.core.scopes import Scope

routes = Routes("Patterns")


@routes.read("patterns", Scope.READ_PATTERNS, Patterns)
def list_patterns(request: ApiRequest, practice: PracticeCode) -> Any:
    """List the patterns that the latest look found, the most to be kept first."""
    owner = request.auth.practice
    run, rows = latest_run(owner), current_patterns(owner)
    words = told(owner, rows)
    return Patterns(
        as_of=run.as_of if run else None,
        verdict=run.verdict if run else "",
        why=run.why if run else "",
        patterns=[pattern_out(row, words[row.pk]) for row in rows],
    )


@routes.read("cases", Scope.READ_PATTERNS, CasePage)
def list_cases(
    request: ApiRequest, practice: PracticeCode, cursor: Cursor = None, limit: Limit = 50
) -> Any:
    """List the cases, the latest first."""
    owner = request.auth.practice
    places = (Place("number", True),)
    key = {"list": "cases", "practice": owner.pk}
    found = cases_of(owner).order_by("-number")
    page = page_of(found, places, asked=key, cursor=cursor, limit=limit)
    words = told(owner, page.rows)
    rows = [case_out(row, words[row.pk]) for row in page.rows]
    return CasePage(cases=rows, next_cursor=page.next_cursor)
