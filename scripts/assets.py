"""Copies what the pages use from node_modules to build/static/vendor, with the licenses.

Source maps are not shipped: their references are cut, so that no page asks for a missing file.
"""

import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MODULES = PROJECT / "node_modules"
VENDOR = PROJECT / "build" / "static" / "vendor"

FILES = {
    "tabler/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "tabler/LICENSE-bootstrap.txt": "bootstrap/LICENSE",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx/LICENSE.txt": "htmx.org/LICENSE",
    "echarts/echarts.min.js": "echarts/dist/echarts.min.js",
    "echarts/LICENSE.txt": "echarts/LICENSE",
    "inter/InterVariable.woff2": "inter-ui/variable/InterVariable.woff2",
    "inter/LICENSE.txt": "inter-ui/LICENSE.txt",
    "icons/LICENSE.txt": "@tabler/icons/LICENSE",
}
# The design puts words before icons: these stand beside words, or for search, link and telephone.
ICONS = (
    "alert-triangle",
    "arrow-right",
    "chart-bar",
    "check",
    "chevron-down",
    "chevron-right",
    "device-desktop",
    "download",
    "external-link",
    "file-upload",
    "keyboard",
    "link",
    "logout",
    "mail",
    "moon",
    "phone",
    "printer",
    "search",
    "sun",
    "user",
    "x",
)
INTER_CSS = """@font-face {
  font-family: "Inter";
  font-style: normal;
  font-weight: 100 900;
  font-display: swap;
  src: url("InterVariable.woff2") format("woff2");
}
"""
DRAWN = {
    "viewBox": "0 0 24 24",
    "fill": "none",
    "stroke": "currentColor",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
}
SVG = "{http://www.w3.org/2000/svg}"
SOURCE_MAP = re.compile(rb"\s*(?:/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*\Z")


def copy(source: Path, target: Path) -> None:
    """Copy one file, without its reference to a source map."""
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    if source.suffix in {".css", ".js"}:
        content = SOURCE_MAP.sub(b"\n", content)
    target.write_bytes(content)


def sprite(names: tuple[str, ...], folder: Path) -> str:
    """Return one SVG that holds each icon as a symbol: <use href="icons.svg#search">."""
    ElementTree.register_namespace("", SVG[1:-1])
    root = ElementTree.Element(f"{SVG}svg")
    for name in names:
        icon = ElementTree.parse(folder / f"{name}.svg").getroot()
        symbol = ElementTree.SubElement(root, f"{SVG}symbol", {"id": name, **DRAWN})
        symbol.extend(icon)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def build() -> Path:
    """Write the folder anew, beside the old one until it is whole; return it."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for target, source in FILES.items():
        copy(MODULES / source, fresh / target)
    (fresh / "inter" / "inter.css").write_text(INTER_CSS, encoding="utf-8")
    icons = sprite(ICONS, MODULES / "@tabler" / "icons" / "icons" / "outline")
    (fresh / "icons" / "icons.svg").write_text(icons, encoding="utf-8")
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)
    return VENDOR


if __name__ == "__main__":
    print(f"Assets are in {build().relative_to(PROJECT)}")
