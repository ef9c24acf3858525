"""Kill an intake at random moments, resume it, and compare the ledger with that of an undisturbed run.

    .venv/bin/python scripts/kill_intake.py SAMPLE_FOLDER --kills 20 --seed 1

SAMPLE_FOLDER is what `dueline sample --as-of 2026-11-23` wrote; DUELINE_AS_OF says another day.
Both runs use databases of their own in a temporary folder.
"""

import argparse
import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

BIN = Path(sys.executable).parent / "dueline"
# What the ledger says, without ids and moments: the order of rows does not count.
FACTS = (
    "SELECT patient_control_number, payer_status, payer_said, charge_cents, paid_cents, payer_balance_cents, "
    "patient_balance_cents, first_submitted_on, last_remitted_on, denied_on, accepted_on FROM ledger_claim",
    "SELECT c.patient_control_number, e.kind, e.segment_number, e.group_code, e.carc, e.amount_cents, "
    "e.payer_effect_cents, e.patient_effect_cents, e.effective_on FROM ledger_entry e "
    "LEFT JOIN ledger_claim c ON c.id = e.claim_id",
    "SELECT trace_number, payment_cents, paid_on FROM ledger_remittance",
    "SELECT c.patient_control_number, v.happened_on, v.category_code, v.text FROM ledger_claimevent v "
    "JOIN ledger_claim c ON c.id = v.claim_id",
    "SELECT c.patient_control_number, i.is_open, i.level, i.due_on, i.next_action FROM worklist_worklistitem i "
    "JOIN ledger_claim c ON c.id = i.claim_id WHERE i.is_open",
)


def fingerprint(home: Path) -> str:
    """Return a hash of what the ledger and the worklist say."""
    digest = hashlib.sha256()
    with sqlite3.connect(home / "dueline.sqlite3") as connection:
        for query in FACTS:
            for row in sorted(map(repr, connection.execute(query))):
                digest.update(row.encode())
    return digest.hexdigest()


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DUELINE_")}
    as_of = os.environ.get("DUELINE_AS_OF", "2026-11-23")  # the day the sample was made for
    return kept | {"DUELINE_HOME": str(home), "DUELINE_AS_OF": as_of}


def run(home: Path, *words: str) -> None:
    quiet = subprocess.DEVNULL
    subprocess.run([BIN, *words], env=environment(home), check=True, stdout=quiet, stderr=quiet)


def main() -> int:
    """Return 0 when both ledgers say the same and `dueline verify` is clean."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sample", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    code = yaml.safe_load((options.sample / "practice.yaml").read_text())["code"]
    words = ("intake", str(options.sample / "files"), "--practice", code)
    with tempfile.TemporaryDirectory() as folder:
        whole, killed = Path(folder, "whole"), Path(folder, "killed")
        run(whole, "practice", "add", str(options.sample / "practice.yaml"))
        start = time.monotonic()
        run(whole, *words)
        took = time.monotonic() - start
        run(killed, "practice", "add", str(options.sample / "practice.yaml"))
        for number in range(1, options.kills + 1):
            process = subprocess.Popen(
                [BIN, *words],
                env=environment(killed),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            wait = 1.5 + chance.random() * 2.5 * took / options.kills
            try:
                process.wait(timeout=wait)
                print(f"run {number}: ended by itself before {wait:.1f} s", flush=True)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                print(f"run {number}: killed after {wait:.1f} s", flush=True)
        run(killed, *words)
        run(killed, "verify")
        is_same = fingerprint(whole) == fingerprint(killed)
    print(f"the ledgers are {'the same' if is_same else 'DIFFERENT'}; verify is clean")
    return 0 if is_same else 1


if __name__ == "__main__":
    sys.exit(main())
