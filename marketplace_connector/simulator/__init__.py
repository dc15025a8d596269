"""Lazada and Shopee as far as the connector needs them: strict stand-ins written from the platforms' contracts.

Nothing here knows the connector. `__main__` serves both over sockets, `adapter` answers `requests` in-process.
"""
