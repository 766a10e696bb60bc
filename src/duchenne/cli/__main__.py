"""``python -m duchenne.cli`` does what the ``duchenne`` script does."""

from duchenne.cli import main

main()
