"""The one-command runner: embedded PostgreSQL and Valkey, the supervisor, the verbs.

`./portal VERB` makes the environment and hands over to this package, which knows
nothing of the domain: it starts programs, watches them and stops them.
"""
