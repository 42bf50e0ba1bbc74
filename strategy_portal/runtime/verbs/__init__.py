"""What a person can ask of the runner: one module for each kind of wish."""
