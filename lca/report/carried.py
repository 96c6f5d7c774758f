"""What a finished report carries so that it can be recomputed: its case, evidence and result, and a manifest of them.

A PDF has them as attachments, a page as inert blocks of JSON before its end: a text, compressed, in base64.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lca.inventory import Inventory

SCHEMA = "lca-manifest/1"
MANIFEST = "lca-manifest.json"
RESULT = "result.json"
LARGEST = 8_000_000
"""Bytes: a larger file of evidence is named by its hash and stays where it is."""


def carried(
    inventory: Inventory,
    case: Path,
    result: bytes,
    version: str,
    report: str,
    convention: str | None,
    *,
    evidence: bool,
) -> dict[str, bytes]:
    """Everything that a report carries, by name: the files of the case, the result, the manifest."""
    written = {inventory.case.path, *inventory.case.document.get("include", ())}
    names = [name for name in inventory.case.files if evidence or name in written]
    files = {name: case if name == inventory.case.path else case.parent / name for name in names}
    inside = {name: path.read_bytes() for name, path in files.items() if path.stat().st_size <= LARGEST}
    manifest = {
        "schema": SCHEMA,
        "lca-toolkit": version,
        "report": report,
        **({"convention": convention} if convention else {}),
        "case": inventory.case.path,
        "files": [{"path": path, "sha256": digest} for path, digest in sorted(inventory.case.files.items())],
        "result": {"path": RESULT, "sha256": hashlib.sha256(result).hexdigest()},
        "datasets": [{"path": path, "sha256": digest} for path, digest in inventory.datasets.items()],
    }
    return {**inside, RESULT: result, MANIFEST: (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()}


def blocks(files: Mapping[str, bytes]) -> str:
    """The files as blocks of a page that nothing runs."""
    head = '<script type="application/json" class="carried" data-name='
    return "".join(f'{head}"{html.escape(name)}">"{packed(content)}"</script>\n' for name, content in files.items())


def packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 9)).decode("ascii")


def unpacked(block: str) -> bytes:
    """The file in a block. Raises `ValueError` for what is none, or is larger than a report carries."""
    try:
        unfold = zlib.decompressobj()
        content = unfold.decompress(base64.b64decode(str(json.loads(block)), validate=True), MOST)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not unfold.eof:
        raise ValueError("cut short, or larger than a report carries")
    return content


MOST = 200_000_000
"""Bytes that are unfolded of a block at most: a hostile page must not fill the memory."""


def read_manifest(content: bytes | None) -> dict[str, Any] | None:
    """A manifest, as far as it is one."""
    try:
        manifest = json.loads(content or b"null")
    except ValueError:
        return None
    known = isinstance(manifest, dict) and manifest.get("schema") == SCHEMA
    return manifest if known and {"case", "files", "result", "datasets", "report"} <= manifest.keys() else None
