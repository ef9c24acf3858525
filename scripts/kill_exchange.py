"""Kill the exchange with a clearinghouse at random moments, and prove that no file is lost or sent twice.

    .venv/bin/python scripts/kill_exchange.py --kills 50 --seed 1

The other side is `dueline simulate-clearinghouse`, by SFTP on 127.0.0.1, which takes files away and answers each
with a 999 and a 277 while the rounds are killed. All is kept in a temporary folder.
"""

import argparse
import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

BIN = Path(sys.executable).parent / "dueline"
PRACTICE = """
code: lakeside
name: Lakeside
tax_id: "995550187"
npis: [{npi: "1999936606", name: Lakeside}]
payers: [{name: Harborlight Health Plan, type: commercial, identifiers: [{kind: PI, value: "90002"}]}]
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BIN, *words], capture_output=True, text=True, check=False)


def served(folder: Path) -> tuple["subprocess.Popen[str]", int]:
    """Start the simulator; return it and its port."""
    process = subprocess.Popen(
        [
            BIN,
            "simulate-clearinghouse",
            folder,
            "--box",
            "lakeside",
            "--port",
            "0",
            "--speed",
            "1e6",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    match = re.search(r":(\d+)\.", process.stdout.readline())
    assert match
    return process, int(match[1])


def write_file(number: int) -> tuple[str, str]:
    """Write an outgoing file of one status request; return its name and checksum."""
    from datetime import timedelta

    from dueline import clock
    from dueline.accounts.models import Practice
    from dueline.core.enums import SetKind
    from dueline.core.outgoing import OutgoingPurpose, claim_identifier
    from dueline.core.x12.model import ClaimStatus, Document, Party, StatusBatch
    from dueline.payers.models import Payer
    from dueline.sending.actions import OutgoingSet, PutOut, put_out
    from dueline.sending.queries import route_to
    from dueline.status_requests.models import StatusRequest

    practice, payer, claim_id = Practice.objects.get(), Payer.objects.get(), a_claim(number)
    source = Party(entity="PR", last_name=payer.name, id_qualifier="PI", identifier="90002")

    def sets(number: int) -> list[OutgoingSet]:
        trace = claim_identifier(number, 1)
        ask = ClaimStatus(
            trace_number=trace,
            trace_type="1",
            source=source,
            receiver=Party(entity="41", last_name="LAKESIDE", id_qualifier="46", identifier="1"),
            provider=Party(
                entity="1P", last_name="LAKESIDE", id_qualifier="XX", identifier="1999936606"
            ),
            subscriber=Party(
                entity="IL", is_person=True, last_name="QUILL", id_qualifier="MI", identifier="H1"
            ),
        )
        header = StatusBatch("0010", "13", "", clock.today(), None, source)
        document = Document(SetKind.STATUS_REQUEST, header, (ask,), "005010X212")
        return [OutgoingSet(document, [(claim_id, trace)])]

    def beside(put: PutOut) -> None:
        StatusRequest.objects.create(
            practice=practice,
            claim_id=claim_id,
            payer=payer,
            outgoing_claim_id=put.claims[0][0],
            trace_number=claim_identifier(put.file.number, 1),
            asked_on=clock.today(),
            answer_due_on=clock.today() + timedelta(days=7),
            state_on=clock.today(),
        )

    row = put_out(
        practice=practice,
        purpose=OutgoingPurpose.STATUS_REQUESTS,
        payer=payer,
        route=route_to(practice, payer),
        sets=sets,
        by="kill_exchange",
        at=clock.now(),
        beside=beside,
    )
    return row.name, row.sha256


def a_claim(number: int) -> int:
    from dueline.accounts.models import Practice
    from dueline.core.enums import ClaimOrigin, ClaimType, PayerStatus
    from dueline.ledger.models import Claim
    from dueline.payers.models import Payer

    claim = Claim.objects.create(
        practice=Practice.objects.get(),
        patient_control_number=f"KILL-{number}",
        patient_control_key=f"KILL-{number}",
        origin=ClaimOrigin.REMITTANCE,
        claim_type=ClaimType.PROFESSIONAL,
        payer=Payer.objects.get(),
        charge_cents=0,
        payer_status=PayerStatus.ACCEPTED,
        is_open=False,
    )
    return claim.pk


def kill_rounds(kills: int, chance: random.Random) -> dict[str, str]:
    """Do rounds that are killed, with new files to send before each; return the files by name."""
    written: dict[str, str] = {}
    ended = 0
    for number in range(1, kills + 1):
        for _ in range(chance.randrange(1, 5)):
            name, sha256 = write_file(len(written) + 1)
            written[name] = sha256
        process = subprocess.Popen(
            [BIN, "exchange"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(timeout=0.6 + chance.random() * 2.2)
            ended += 1
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        if number % 10 == 0:
            print(f"{number} rounds, {ended} of them ended by themselves", flush=True)
    return written


def finish(seconds: float) -> None:
    """Do rounds until two in a row find nothing, or the time is over."""
    until, idle = time.monotonic() + seconds, 0
    while idle < 3 and time.monotonic() < until:
        done = run("exchange").stdout
        idle = idle + 1 if "0 sent, 0 received" in done else 0
        time.sleep(2)


def faults(written: dict[str, str], folder: Path) -> list[str]:
    """Return what was lost, repeated or altered, on either side."""
    from dueline.exchange.models import Pickup
    from dueline.intake.models import Receipt

    found = []
    kept = list((folder / "received" / "lakeside").iterdir())
    arrived = Counter(path.name.split("_", 2)[2] for path in kept)
    contents = {
        path.name.split("_", 2)[2]: hashlib.sha256(path.read_bytes()).hexdigest() for path in kept
    }
    found += [f"{name} arrived {arrived[name]} times" for name in written if arrived[name] != 1]
    found += [f"{name} was altered" for name in written if contents.get(name) != written[name]]
    found += [f"{name} was never written" for name in arrived if name not in written]
    sent = {path.name for path in (folder / "sent" / "lakeside").iterdir()}
    taken = Counter(Pickup.objects.filter(state="taken_in").values_list("name", flat=True))
    found += [f"{name} was taken in {taken[name]} times" for name in sent if taken[name] != 1]
    receipts = Receipt.objects.all()
    if receipts.count() != len(sent) or receipts.exclude(state="done").exists():
        found.append(f"{receipts.count()} receipts for {len(sent)} files")
    print(f"{len(written)} files sent, {len(sent)} answers taken in")
    return found


def main() -> int:
    """Return 0 when every file arrived once and `dueline verify` is clean."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "clearinghouse")
        for name in [name for name in os.environ if name.startswith("DUELINE_")]:
            del os.environ[name]
        os.environ["DUELINE_HOME"] = str(Path(temporary, "home"))
        Path(temporary, "practice.yaml").write_text(PRACTICE)
        made = run("practice", "add", str(Path(temporary, "practice.yaml")))
        assert made.returncode == 0, made.stderr
        from dueline.cli.startup import ready

        ready()
        server, port = served(folder)
        try:
            words = ["--practice", "lakeside", "--name", "clearing", "--host", "127.0.0.1"]
            words += ["--port", str(port), "--username", "lakeside", "--out", "to-clearinghouse"]
            words += ["--key-file", str(folder / "keys" / "lakeside"), "--in", "from-clearinghouse"]
            words += ["--host-key-file", str(folder / "host_key.pub")]
            added = run("mailbox", "add", *words)
            assert added.returncode == 0, added.stderr
            written = kill_rounds(options.kills, random.Random(options.seed))
            finish(seconds=120)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(10)
        found = faults(written, folder)
        proof = run("verify")
    found += [] if proof.returncode == 0 else [proof.stdout]
    for fault in found:
        print(fault)
    print("FAILED" if found else "every file went once, every answer came in once; verify is clean")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
