"""Labels that come packed: the PDFs in a ZIP."""

import io
import zipfile
import zlib

from .errors import UnexpectedResponse

MOST_BYTES = 20 * 1024 * 1024  # unpacked, over all; a label has some hundred kilobytes
MOST_ENTRIES = 100
_DRESSING = ("__MACOSX/", ".DS_Store", "Thumbs.db")  # what systems add by themselves
_PDF_END = 2048  # bytes from the end in which a whole PDF says that it ends


def unpacked(content: bytes) -> tuple[list[bytes], list[str]]:
    """The PDFs of a ZIP as they follow in it, and the names of what else it holds, which is not unpacked further.

    Raises UnexpectedResponse where it holds no PDF, cannot be read, or is larger than any label.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_dressing(entry.filename)]
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise UnexpectedResponse("The marketplace's ZIP of labels is too large.", where="size")
            files = [(entry.filename, archive.read(entry)) for entry in entries]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise UnexpectedResponse(
            f"The marketplace's ZIP of labels cannot be unpacked ({type(error).__name__}).", where="label"
        ) from None
    labels = [(name, file) for name, file in files if file.startswith(b"%PDF-")]
    for name, file in labels:
        if b"%%EOF" not in file[-_PDF_END:]:
            raise UnexpectedResponse(f"{name} in the marketplace's ZIP of labels is cut off.", where="label")
    others = [name for name, file in files if not file.startswith(b"%PDF-")]
    if not labels:
        found = ", ".join(others[:5]) or "nothing"
        raise UnexpectedResponse(f"The marketplace's ZIP of labels holds no PDF but {found}.", where="label")
    return [file for _name, file in labels], others


def _is_dressing(name):
    return name.startswith(_DRESSING[0]) or name.rpartition("/")[2] in _DRESSING
