"""Finding and answering: no SQL, no Discord, no network."""
