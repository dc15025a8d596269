"""PDFs of labels put together in one."""

import logging

from odoo.tools.pdf import merge_pdf

_logger = logging.getLogger(__name__)


def readable(content):
    """The PDF in a form that merges with others, None where it is broken or locked.

    Readers of PDFs raise whatever comes to them, at times only when the file is written again.
    """
    try:
        return merge_pdf([content]) if _has_pages(content) else None
    except Exception as error:  # noqa: BLE001
        _logger.info("A stored label cannot be read: %s", type(error).__name__)
        return None


def merged(contents):
    """One PDF of several that are `readable`, in their order."""
    return contents[0] if len(contents) == 1 else merge_pdf(contents)


def _has_pages(content):
    return content.lstrip()[:5] == b"%PDF-" and b"/Page" in content
