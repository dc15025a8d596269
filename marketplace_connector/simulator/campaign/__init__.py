"""A campaign of faults: shops that live, platforms that fail, and what the ERP must show at the end.

Nothing here knows the connector: `life` and `expected` read the simulated platforms, `books` the ERP's records.
"""
