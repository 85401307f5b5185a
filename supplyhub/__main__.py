"""`python -m supplyhub`: the command line."""

from supplyhub.cli import main

main()
