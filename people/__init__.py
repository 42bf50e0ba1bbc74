"""Who: logins, persons, units, roles on dates, and what every app needs of people."""
