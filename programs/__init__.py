"""The work: the programs a strategist runs."""
