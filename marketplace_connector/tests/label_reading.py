"""Reads what is printed on labels."""

import io

from odoo.tools.pdf import PdfFileReader


def pages_of(content):
    """The text of each page of a PDF."""
    return [page.extract_text() for page in PdfFileReader(io.BytesIO(content), strict=False).pages]
