"""Installs Debian packages where it may (root, or sudo without a password), and says what to type where not."""

import functools
import os
import shutil
import subprocess
import sys


class NotInstalled(Exception):
    """A Debian package is missing and could not be installed; the message is one line for a person."""


def as_root() -> list[str] | None:
    """Return the words that make a command run as root: none for root itself; None where that is not possible."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    asked = subprocess.run(["sudo", "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True)
    return ["sudo", "-n"] if asked.returncode == 0 else None


@functools.cache
def update_lists(root: tuple[str, ...]) -> None:
    """Fetch Debian's package lists, once a run; a failure shows at the install that follows."""
    subprocess.run([*root, "apt-get", "update", "-qq"], stdin=subprocess.DEVNULL, stdout=sys.stderr)


def install(*packages: str) -> None:
    """Install Debian packages without asking. Raises NotInstalled with the reason.

    DUELINE_NO_APT=1 keeps the system as it is.
    """
    command = f"apt-get install {' '.join(packages)}"
    if os.environ.get("DUELINE_NO_APT") == "1":
        raise NotInstalled(f"DUELINE_NO_APT is set; as root type: {command}")
    if not shutil.which("apt-get"):
        raise NotInstalled(f"no apt-get here; install what Debian calls {', '.join(packages)}")
    root = as_root()
    if root is None:
        typed = f"sudo {command}" if shutil.which("sudo") else f"as root {command}"
        raise NotInstalled(f"neither root nor sudo without a password; type: {typed}")
    print(f"Installing Debian's {', '.join(packages)} (apt-get)", file=sys.stderr, flush=True)
    update_lists(tuple(root))
    done = subprocess.run(
        [
            *root,
            *("env", "DEBIAN_FRONTEND=noninteractive"),
            *("apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        reason = (done.stdout.strip().splitlines() or ["no output"])[-1]
        raise NotInstalled(f"{command} failed: {reason}")
