"""`python -m stance` is the `stance` command."""

from stance.cli.app import main

main()
