"""The command line of `people`, and what every verb of the portal shares."""
