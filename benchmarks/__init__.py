"""How fast, how light and how small the school is, against a bare Flask application beside it.

`python -m benchmarks` starts the real server on a fixed data set and a bare one with the same
settings, measures both in turn and prints one table. Figures are ratios: they mean the same on a
busy machine and on another one. `reference.json` holds those of the last agreed run.
"""
