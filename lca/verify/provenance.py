"""What a report says that it was made of, and by: attachments, version and data sets, against those that are there."""

from __future__ import annotations

from collections.abc import Mapping

from lca import __version__
from lca.inventory import Inventory
from lca.report.carried import MANIFEST
from lca.verify.finished import Finished, sha256
from lca.verify.verdict import Problem


def attachments(finished: Finished) -> list[Problem]:
    """Every file that a report carries has the hash that its manifest states, and there is no other."""
    if finished.manifest is None:
        return []
    stated = {item["path"]: item["sha256"] for item in [*finished.manifest["files"], finished.manifest["result"]]}
    found = []
    for name, digest in stated.items():
        content = finished.carries.get(name)
        if content is not None and sha256(content) != digest:
            words = f"its SHA-256 is {sha256(content)[:12]}…, the manifest states {digest[:12]}…"
            found.append(Problem("attachment", name, words))
    found += [
        Problem("attachment", name, "is not in the manifest")
        for name in finished.carries
        if name != MANIFEST and name not in stated
    ]
    return found


def versions(finished: Finished) -> list[Problem]:
    """Versions that made the file or its result, other than this."""
    stated = {str((finished.manifest or {}).get("lca-toolkit", "")), version_of(finished)} - {"", __version__}
    words = f"made it, and this is {__version__}: numbers are compared, the words around them cannot be"
    return [Problem("version", f"lca-toolkit {version}", words) for version in sorted(stated)]


def version_of(finished: Finished) -> str:
    if finished.kind != ".json" and finished.manifest:
        return str(finished.manifest.get("lca-toolkit"))
    return str((finished.result or {}).get("versions", {}).get("lca-toolkit"))


def datasets(recorded: Mapping[str, str], inventory: Inventory) -> list[Problem]:
    """The files of the data sets that were used then, against those that are used now."""
    here = inventory.datasets
    found = []
    for path in sorted(recorded.keys() | here.keys()):
        if path not in here:
            found.append(Problem("data set", path, "was used, and is not now"))
        elif path not in recorded:
            found.append(Problem("data set", path, "is used now, and was not"))
        elif recorded[path] != here[path]:
            words = f"its SHA-256 was {recorded[path][:12]}…, and here is {here[path][:12]}…"
            found.append(Problem("data set", path, words))
    return found


def recorded_datasets(finished: Finished) -> Mapping[str, str]:
    listed = finished.manifest["datasets"] if finished.manifest else (finished.result or {})["versions"]["datasets"]
    return {item["path"]: item["sha256"] for item in listed}
