"""What ./dev runs: Odoo, its virtual environment, PostgreSQL, the demo, the tests, the lint.

Everything up to `environment` works with the standard library alone; the commands run inside the
virtual environment that it makes.
"""
