"""One part in its own process: prepares the database that DUELINE_DATABASE_URL names, then measures.

Use: python -m bench.part NAME FILE [DATABASE]; FILE takes the figures as JSON.
"""

import importlib
import os
import sys
from pathlib import Path

from bench.report import Report


def prepare() -> None:
    """Start Django and create the tables."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "dueline.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def main(name: str, file: str, database: str = "") -> None:
    """Measure the part and save what it found."""
    if database:
        prepare()
    report = Report(database=database)
    importlib.import_module(f"bench.{name}").run(report)
    report.save(Path(file))


if __name__ == "__main__":
    main(*sys.argv[1:])
