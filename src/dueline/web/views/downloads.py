"""Tables as files to download."""

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from django.http import HttpResponse, StreamingHttpResponse

from dueline.reports.exports import Value, write_csv, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(
    table: Iterable[Sequence[Value]], name: str, *, title: str
) -> HttpResponse | StreamingHttpResponse:
    """Return a table as the file that its name says, .csv or .xlsx. `title` is that of the sheet."""
    if PurePath(name).suffix == ".csv":
        answer: HttpResponse | StreamingHttpResponse = StreamingHttpResponse(
            write_csv(table), content_type="text/csv; charset=utf-8"
        )
    else:
        answer = HttpResponse(content_type=XLSX)
        write_xlsx(table, answer, title=title)  # type: ignore[arg-type]
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
