"""Sphinx: `sphinx-build -n -W docs docs/_build/html`."""

from __future__ import annotations

import sys
from pathlib import Path

from rookery.version import VERSION

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Rookery"
author = "The Rookery maintainers"
project_copyright = f"2026, {author}"
release = version = VERSION

extensions = ["myst_parser", "sphinx.ext.autodoc", "rookery_tables", "rookery_matrix"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"Rookery {VERSION}"

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
add_module_names = False
nitpick_ignore_regex = [
    # Other people's names, and our private ones, have no page here to link to.
    ("py:.*", r"(?!rookery).*"),
    ("py:.*", r"rookery(_transports)?\.(?!errors|transport\.contract).*"),
]
