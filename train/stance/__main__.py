"""`python -m stance` is the `stance` command."""

from stance.cli.main import main

main()
