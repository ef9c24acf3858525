"""Claims that no check says anything of, as X12, and how a case changes one."""

from datetime import date

from dueline.core.claim_checks import ClaimFacts, check_claim
from dueline.core.x12 import FileReader
from dueline.core.x12.model import SubmittedClaim

AS_OF = date(2026, 11, 23)

_HEAD = """
NM1*41*2*LAKESIDE*****46*SUB1
PER*IC*DESK*TE*5555550100
NM1*40*2*CLEARING*****46*CLR1
HL*1**20*1
NM1*85*2*LAKESIDE*****XX*1999936606
N3*1 WATER ST
N4*ANYTOWN*OH*440010001
REF*EI*995550187
HL*2*1*22*0
SBR*P*18*GRP7******CI
NM1*IL*1*QUILL*ADA****MI*HLH4471203
N3*2 HILL ST
N4*ANYTOWN*OH*440010001
DMG*D8*19800402*F
NM1*PR*2*HARBORLIGHT*****PI*HLH01"""
BASES = {
    "P": f"""ST*837*0001*005010X222A1
BHT*0019*00*1*20261123*1015*CH{_HEAD}
CLM*LKS-1*250***11:B:1*Y*A*Y*Y
HI*ABK:J069*ABF:R05
NM1*82*1*HAND*MARY****XX*1999999927
PRV*PE*PXC*207Q00000X
LX*1
SV1*HC:99214:25*150*UN*1***1:2
DTP*472*D8*20261116
LX*2
SV1*HC:J3301*100*UN*4***1
DTP*472*D8*20261116""",
    "S": f"""ST*837*0001*005010X222A1
BHT*0019*00*1*20261123*1015*CH{_HEAD.replace("SBR*P", "SBR*S")}
CLM*LKS-1*150***11:B:1*Y*A*Y*Y
HI*ABK:J069
NM1*82*1*HAND*MARY****XX*1999999927
SBR*P*18*******MB
AMT*D*80
OI***Y***Y
NM1*IL*1*QUILL*ADA****MI*PRA1
NM1*PR*2*PRAIRIE*****PI*PRA01
LX*1
SV1*HC:99214*150*UN*1***1
DTP*472*D8*20261116
SVD*PRA01*80*HC:99214**1
CAS*CO*45*50
CAS*PR*2*20
DTP*573*D8*20261120""",
    "I": f"""ST*837*0001*005010X223A2
BHT*0019*00*1*20261123*1015*CH{_HEAD}
CLM*LKS-1*3000***11:A:1**A*Y*Y
DTP*434*RD8*20261110-20261114
DTP*435*DT*202611100730
CL1*3*1*01
HI*ABK:J189
HI*BE:80:::4
NM1*71*1*CARER*CAROL****XX*1999999943
LX*1
SV2*0120**3000*DA*4
DTP*472*RD8*20261110-20261114""",
    "D": f"""ST*837*0001*005010X224A2
BHT*0019*00*1*20261123*1015*CH{_HEAD}
CLM*LKS-1*60***11:B:1*Y*A*Y*Y
DTP*472*D8*20261116
LX*1
SV3*AD:D0120*60****1""",
}


def claims(text: str) -> list[SubmittedClaim]:
    """Return the claims of one set's segments, a line each."""
    segments = text.strip().splitlines()
    version = segments[0].rpartition("*")[2]
    isa = (
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261123*1015*^*00501"
        "*000000001*0*P*:"
    )
    every = [isa, f"GS*HC*A*B*20261123*1015*1*X*{version}", *segments]
    every += [f"SE*{len(segments) + 1}*0001", "GE*1*1", "IEA*1*000000001"]
    reader = FileReader(("~\n".join(every) + "~\n").encode())
    found = []
    for one in reader.sets():
        found += [item for item in one.items() if isinstance(item, SubmittedClaim)]
        assert not one.is_fatal, one.problems
    return found


def changed(base: str, *changes: tuple[str, str]) -> SubmittedClaim:
    """Return a base claim with texts replaced, each of which stands there."""
    text = BASES[base]
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (claim,) = claims("\n".join(line for line in text.splitlines() if line))
    return claim


def warned_ids(claim: SubmittedClaim, facts: ClaimFacts | None = None) -> list[str]:
    """Return the ids of the checks that warn, one for each finding."""
    warnings, _ = check_claim(claim, facts or ClaimFacts(as_of=AS_OF))
    return [warning.check.id for warning in warnings]
