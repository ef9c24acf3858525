"""Peak memory of reading one file, told by a process that does nothing else.

Use: python -m bench.memory FILE; prints claims read and the peak in bytes.
"""

import sys
from pathlib import Path

from dueline.core.x12.reader import FileReader


def peak_bytes() -> int:
    """Return this process's own peak; ru_maxrss would count what its parent held before."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("no VmHWM in /proc/self/status")


def main(path: str) -> None:
    """Read the file to its end."""
    claims = 0
    with Path(path).open("rb") as source:
        for one in FileReader(source, name="bench").sets():
            claims += sum(1 for _ in one.items())
    print(claims, peak_bytes())


if __name__ == "__main__":
    main(sys.argv[1])
