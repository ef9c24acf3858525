"""What `make check` runs: format, lint, types, import contracts, locks. All run; any failure fails."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = {
    "format": (BIN / "ruff", "format", "--check", "--quiet", "."),
    "lint": (BIN / "ruff", "check", "--quiet", "."),
    "types": (BIN / "mypy",),
    "imports": (BIN / "lint-imports",),
    "locks": (sys.executable, PROJECT / "scripts" / "lock.py", "--check"),
}


def main() -> int:
    """Run every check, print what the failed ones said; return the exit status."""
    failed = []
    for name, command in CHECKS.items():
        done = subprocess.run(
            command,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        print(f"check {name}: {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
