"""How figures of engagement are shown: tiles, panels, tables and the ways between."""
