"""Drills: kill, damage and fill a rumourmill's data directory, then look whether a promise was broken.

`python -m drills --help` names them; docs/drills.md holds the promises and the figures of the last full run.
"""
