"""Pure helpers without I/O and without domain: clock, errors, geography, money, intervals, text."""
