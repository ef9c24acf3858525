"""Writes requirements/*.lock from uv.lock, with hashes; `--check` only tells whether they are current.

Change a dependency in pyproject.toml, then `make lock`.
"""

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")
GROUPS = {
    "runtime": ("--group", "build"),
    "test": ("--group", "build", "--group", "dev"),
    "bench": ("--group", "build", "--group", "bench"),
    "node": ("--only-group", "node"),
}
EXPORT = (
    *("export", "--quiet", "--frozen", "--offline", "--no-config"),
    *("--no-default-groups", "--no-emit-project", "--no-annotate", "--no-header"),
    *("--format", "requirements.txt"),
)
HEADER = "# Made from uv.lock by `make lock`; do not edit.\n"
# A lock that names a mirror would fail, or lead elsewhere, on other machines.
PUBLIC = {"https://pypi.org", "https://files.pythonhosted.org"}


def exported(name: str) -> str:
    """Return the text of requirements/<name>.lock as uv.lock has it now; works offline."""
    done = subprocess.run(
        [str(UV), *EXPORT, *GROUPS[name]],
        cwd=PROJECT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return HEADER + done.stdout


def strangers() -> list[str]:
    """Return the hosts in the lock files that are not the public registries; should be none."""
    hosts = set(re.findall(r"https?://[^/\"\s]+", (PROJECT / "uv.lock").read_text())) - PUBLIC
    npm = (PROJECT / "package-lock.json").read_text()
    resolved = set(re.findall(r'"resolved": "(https?://[^/"]+)', npm))
    return sorted(hosts | resolved - {"https://registry.npmjs.org"})


def main(arguments: list[str]) -> int:
    """Write or check the lock files; return the exit status."""
    if arguments != ["--check"]:
        subprocess.run([UV, "lock", "--no-config"], cwd=PROJECT, check=True)
    faults = [f"a lock names {host}, which is not a public registry" for host in strangers()]
    for name in GROUPS:
        file = PROJECT / "requirements" / f"{name}.lock"
        text = exported(name)
        if arguments != ["--check"]:
            file.write_text(text)
        elif not file.is_file() or file.read_text() != text:
            faults.append(f"requirements/{name}.lock is not what uv.lock says: run `make lock`")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
