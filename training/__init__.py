"""How the shipped weights were made, and how to make them again: `python -m training --help`."""
