"""What the pages need from npm is in build/static, whole, and leads nowhere else."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

VENDOR = Path(__file__).resolve().parents[2] / "build" / "static" / "vendor"
SHEETS = ("tabler/tabler.min.css", "inter/inter.css")
SCRIPTS = ("tabler/tabler.min.js", "htmx/htmx.min.js", "echarts/echarts.min.js")


@pytest.mark.parametrize("sheet", SHEETS)
def test_style_sheet_refers_only_to_files_that_are_there(sheet: str) -> None:
    file = VENDOR / sheet
    urls = re.findall(r"url\(\s*['\"]?([^'\")]+)", file.read_text())
    outside = [url for url in urls if not url.startswith("data:")]
    assert [url for url in outside if not (file.parent / url).is_file()] == []


@pytest.mark.parametrize("file", [*SHEETS, *SCRIPTS])
def test_file_names_no_source_map(file: str) -> None:
    assert "sourceMappingURL" not in (VENDOR / file).read_text()


def test_icons_are_drawn_in_the_text_color() -> None:
    root = ElementTree.parse(VENDOR / "icons" / "icons.svg").getroot()
    symbols = {symbol.get("id"): len(symbol) for symbol in root}
    assert {"search", "phone", "link"} <= set(symbols)
    assert min(symbols.values()) > 0
    assert {symbol.get("stroke") for symbol in root} == {"currentColor"}


@pytest.mark.parametrize("part", ["tabler", "htmx", "echarts", "inter", "icons"])
def test_license_lies_beside_what_it_is_for(part: str) -> None:
    assert list((VENDOR / part).glob("LICENSE*"))
