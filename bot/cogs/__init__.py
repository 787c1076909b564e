"""One module for each noun that people type."""
