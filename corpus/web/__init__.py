"""The only door to the open network: what is fetched, from where, and how it is read."""
