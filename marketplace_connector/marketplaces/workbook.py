"""Reading .xlsx files of whatever origin: only the texts of the cells, whatever else is broken in them.

Shopee's own exports name a pane in a way that openpyxl refuses, and a number of 16 digits must not become a float: so
the sheets' XML is read itself, cell by cell.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

MOST_BYTES = 30 * 1024 * 1024  # of the file; 10,000 SKUs with descriptions have some 5 MB
MOST_UNPACKED = 150 * 1024 * 1024  # over all parts that are read
MOST_CELLS = 2_000_000  # with something in them
MOST_FILES = 20  # in an archive of workbooks
FORMULA = "="  # what a cell with a formula gives that nobody has calculated
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATIONSHIP = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_TROUBLE = (
    zipfile.BadZipFile,
    zlib.error,
    etree.XMLSyntaxError,
    EOFError,
    KeyError,
    IndexError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OSError,
)


class UnreadableFile(Exception):
    """A file that cannot be taken. `code` tells why:

    empty, too_large (of the file or of what is packed in it), xls (of before 2007), encrypted, csv, not_xlsx, corrupt;
    and of what is in it: unknown (no header is known), other_platform, no_sku (no column tells SKUs apart),
    no_rows, other_shop. `details` are words from the file that help to find it.
    """

    def __init__(self, code: str, details: str = ""):
        super().__init__(f"{code}: {details}" if details else code)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty: its number as the spreadsheet shows it, and the texts by column, from 0."""

    number: int
    cells: dict[int, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with its rows."""

    name: str
    rows: list[Row]


def read_workbooks(content: bytes) -> Iterator[list[Sheet]]:
    """The sheets of a workbook, or of each workbook in a ZIP archive, since large exports come in parts.

    Numbers are the digits as they stand in the file, dates and times too. Raises UnreadableFile.
    """
    _check(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if any(name.startswith("xl/") for name in names):
                yield _Workbook(archive).sheets()
                return
            inner = [name for name in names if name.lower().endswith(".xlsx") and "__MACOSX" not in name]
            if not inner:
                raise UnreadableFile("not_xlsx", ", ".join(names[:3]))
            if len(inner) > MOST_FILES or sum(archive.getinfo(name).file_size for name in inner) > MOST_BYTES:
                raise UnreadableFile("too_large")
            parts = [archive.read(name) for name in inner]
        for part in parts:
            _check(part)
            with zipfile.ZipFile(io.BytesIO(part)) as archive:
                yield _Workbook(archive).sheets()
    except _TROUBLE as error:
        raise UnreadableFile("corrupt", type(error).__name__) from None


def _check(content):
    if not content:
        raise UnreadableFile("empty")
    if len(content) > MOST_BYTES:
        raise UnreadableFile("too_large")
    if content.startswith(_OLE):
        raise UnreadableFile("encrypted" if _ENCRYPTED in content else "xls")
    if not content.startswith(b"PK"):
        start = content[:2000]
        is_text = b"\0" not in start and b"\n" in start and not start.lstrip().startswith((b"<", b"%PDF"))
        raise UnreadableFile("csv" if is_text else "not_xlsx")


class _Workbook:
    def __init__(self, archive):
        self.archive = archive
        self.unpacked = 0
        self.cell_count = 0
        self.texts = self._shared_texts()

    def sheets(self):
        targets = {}
        for element in self._elements("xl/_rels/workbook.xml.rels", "Relationship"):
            targets[element.get("Id")] = element.get("Target")
        found = [
            (element.get("name") or "", element.get(_RELATIONSHIP) or element.get(_STRICT_RELATIONSHIP))
            for element in self._elements("xl/workbook.xml", "sheet")
        ]
        return [Sheet(name, self._rows(_part(targets[ref]))) for name, ref in found if _is_sheet(targets.get(ref))]

    def _rows(self, part):
        rows = []
        number = 0
        for element in self._elements(part, "row"):
            number = int(element.get("r") or number + 1)
            cells = self._cells(element)
            if cells:
                rows.append(Row(number, cells))
                self.cell_count += len(cells)
                if self.cell_count > MOST_CELLS:
                    raise UnreadableFile("too_large")
        return rows

    def _cells(self, row):
        cells = {}
        column = -1
        for cell in row.iterchildren("{*}c"):
            column = _column(cell.get("r")) if cell.get("r") else column + 1
            text = self._text(cell).strip()
            if text:
                cells[column] = text
        return cells

    def _text(self, cell):
        kind = cell.get("t")
        if kind == "inlineStr":
            return _joined(cell)
        value = cell.findtext("{*}v") or ""
        if kind == "s" and value:
            return self.texts[int(value)]
        if not value and cell.find("{*}f") is not None:
            return FORMULA
        return "" if kind == "e" else value

    def _shared_texts(self):
        if "xl/sharedStrings.xml" not in self.archive.namelist():
            return []
        return [_joined(element) for element in self._elements("xl/sharedStrings.xml", "si")]

    def _elements(self, part, name):
        """The elements of that name in a part, each forgotten before the next one is read."""
        self.unpacked += self.archive.getinfo(part).file_size
        if self.unpacked > MOST_UNPACKED:
            raise UnreadableFile("too_large")
        with self.archive.open(part) as stream:
            options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
            for _event, element in etree.iterparse(stream, events=("end",), tag=f"{{*}}{name}", **options):
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def _joined(element):
    """The text of a string whose parts may be formatted differently; not how it is pronounced."""
    return "".join(
        text.text or "" for text in element.iter("{*}t") if not etree.QName(text.getparent()).localname == "rPh"
    )


def _is_sheet(target):
    return bool(target) and "worksheets/" in target


def _part(target):
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _column(reference):
    number = 0
    for letter in re.match("[A-Z]{1,3}", reference).group():
        number = number * 26 + ord(letter) - 64
    return number - 1
