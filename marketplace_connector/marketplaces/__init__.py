"""Clients of the marketplaces: pure Python, no Odoo.

`base.MarketplaceClient` is what a marketplace offers, `types` what goes in and out, `errors` what can go wrong.
"""
