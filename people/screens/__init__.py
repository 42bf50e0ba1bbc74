"""How values become words, tables, charts and files."""
