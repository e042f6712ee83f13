"""`python -m ecopter`: the same as the `ecopter` command."""

import gc

# What is imported stays for good: the collector, which would look through all of it again and
# again meanwhile, takes a fifth of the start.
gc.disable()

from ecopter.cli import main  # noqa: E402 (as above)

gc.freeze()
gc.enable()

if __name__ == "__main__":
    main()
