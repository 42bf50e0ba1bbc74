"""The questions screens ask of `people`."""
