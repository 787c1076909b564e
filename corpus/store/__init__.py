"""The database: the record from which every index can be rebuilt."""
