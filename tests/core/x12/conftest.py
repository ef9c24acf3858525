"""Small X12 files for the reader's tests: whole samples, and a few segments put into an envelope."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dueline.core.x12 import FileReader, SetReader
from dueline.core.x12.model import Item

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.x12"))
ISA = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*1015*^*00501"
    "*000000101*0*P*:~"
)
VERSIONS = {
    "835": ("HP", "005010X221A1"),
    "837": ("HC", "005010X222A1"),
    "276": ("HR", "005010X212"),
    "277": ("HN", "005010X212"),
    "999": ("FA", "005010X231A1"),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that asks for `sample` every sample in turn."""
    if "sample" in metafunc.fixturenames:
        files = [path.read_bytes() for path in SAMPLES]
        metafunc.parametrize("sample", files, ids=[path.stem for path in SAMPLES])


@pytest.fixture(scope="session")
def sample_of() -> Callable[[str], bytes]:
    """Return one sample by its name."""
    return {path.stem: path.read_bytes() for path in SAMPLES}.__getitem__


@pytest.fixture(scope="session")
def file_of() -> Callable[..., bytes]:
    """Return a file with one group: each set is its lines after ST and before SE; counts are right."""

    def build(identifier: str, *bodies: str, version: str = "") -> bytes:
        functional, usual = VERSIONS[identifier]
        version = version or usual
        lines = [ISA, f"GS*{functional}*SENDER*RECEIVER*20260302*1015*7*X*{version}~"]
        for number, body in enumerate(bodies, 1):
            segments = [line.strip() for line in body.strip().splitlines()]
            lines.append(f"ST*{identifier}*{number:04d}~")
            lines += segments
            lines.append(f"SE*{len(segments) + 2}*{number:04d}~")
        lines += [f"GE*{len(bodies)}*7~", "IEA*1*000000101~"]
        return "\n".join(lines).encode() + b"\n"

    return build


@pytest.fixture(scope="session")
def read_one() -> Callable[[bytes], tuple[SetReader, list[Item]]]:
    """Read a file of one set; return it, read to its end, and its items."""

    def read(data: bytes) -> tuple[SetReader, list[Item]]:
        reader = FileReader(data)
        found = [(one, list(one.items())) for one in reader.sets()]
        assert reader.problems == []
        assert len(found) == 1
        return found[0]

    return read
