"""The call scripts that a practice uses: Dueline's own, with the practice's versions laid over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Max

from dueline.accounts.models import Practice
from dueline.calls.models import ScriptVersion
from dueline.core.scripts import Script, ScriptError, parse, shipped

_read = lru_cache(maxsize=512)(parse)  # a version's text never changes


@dataclass(frozen=True)
class ScriptInUse:
    """A script as a practice uses it. `version` None: Dueline's own, never changed here."""

    key: str
    script: Script | None  # None: the practice's own, taken away again
    version: ScriptVersion | None
    is_unreadable: bool = False  # a version that this release cannot read: Dueline's own holds

    @property
    def is_own(self) -> bool:
        """Return whether the practice's words hold, not Dueline's."""
        return self.version is not None and bool(self.version.text) and not self.is_unreadable


def latest_versions(practice: Practice, *, upto: int | None = None) -> dict[str, ScriptVersion]:
    """Return the practice's latest version of each key; with `upto`, as it was when that row was the last."""
    versions = ScriptVersion.objects.filter(practice=practice)
    if upto is not None:
        versions = versions.filter(pk__lte=upto)
    last = versions.order_by().values("key").annotate(last=Max("pk")).values("last")
    return {one.key: one for one in ScriptVersion.objects.filter(pk__in=last)}


def scripts_of(practice: Practice, *, upto: int | None = None) -> Mapping[str, Script]:
    """Return the scripts of a practice by key, in order; with `upto`, as `latest_versions`."""
    return {
        key: one.script
        for key, one in scripts_in_use(practice, upto=upto).items()
        if one.script is not None
    }


def scripts_in_use(practice: Practice, *, upto: int | None = None) -> dict[str, ScriptInUse]:
    """Return each script with where it comes from, by key, in order."""
    versions = latest_versions(practice, upto=upto)
    found = {}
    for key in sorted({*shipped(), *versions}):
        found[key] = _in_use(key, versions.get(key))
    return found


def _in_use(key: str, version: ScriptVersion | None) -> ScriptInUse:
    if version is None or not version.text:
        return ScriptInUse(key, shipped().get(key), version)
    try:
        return ScriptInUse(key, _read(version.text), version)
    except ScriptError:
        return ScriptInUse(key, shipped().get(key), version, is_unreadable=True)


def last_version(practice: Practice) -> int:
    """Return the id of the practice's last script version; 0 where it has none."""
    return ScriptVersion.objects.filter(practice=practice).aggregate(last=Max("pk"))["last"] or 0


def versions_of(practice: Practice, key: str) -> list[ScriptVersion]:
    """Return the practice's versions of a script, the newest first."""
    return list(ScriptVersion.objects.filter(practice=practice, key=key).order_by("-number"))
