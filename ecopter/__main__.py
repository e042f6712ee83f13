"""`python -m ecopter`: the same as the `ecopter` command."""

from ecopter.cli import main

if __name__ == "__main__":
    main()
