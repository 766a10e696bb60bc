"""``duchenne synth``: faces that are rendered, so that what they do is known exactly.

Gathers the commands; each stands in a module of its own. All need the extra ``synth`` and a face model.
"""

from __future__ import annotations

import typer

from duchenne.cli import synth_import, synth_layout, synth_make, synth_sheet

app = typer.Typer(
    help="Render faces whose action units are known exactly.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("import-facekit")(synth_import.import_facekit)
app.command("make")(synth_make.make)
app.command("sheet")(synth_sheet.sheet)
app.command("layout")(synth_layout.layout)
