"""How engagement data looks: tables, words and badges."""
