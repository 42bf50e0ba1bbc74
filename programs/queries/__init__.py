"""The questions screens ask of `programs`."""
