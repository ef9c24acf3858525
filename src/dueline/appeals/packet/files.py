"""Files as they are handed in: what they are by their content, whether they can be enclosed, and each as a PDF.

A PDF is taken only where it opens whole and without a password; what is set on its pages (filled forms,
notes) is made part of the page, so that scripts, links and attached files never leave with an appeal.
"""

import io
import warnings
from dataclasses import dataclass

import pikepdf
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from dueline.appeals.errors import EnclosureRefused

MOST_BYTES = 25_000_000  # of one file
MOST_PAGES = 300  # of one file
MOST_PIXELS = 120_000_000  # of one page of a picture: 11 by 17 inches at 800 dots
LOGO_BYTES = 300_000  # set anew into every letter
_LOGO_PIXELS = 4_000_000
_PAPER_INCHES = (8.5, 11.0)
PDF, JPEG, PNG, TIFF = "application/pdf", "image/jpeg", "image/png", "image/tiff"
_STARTS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)
_KNOWN_OTHERS = (
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"MZ", "a program"),
    (b"{\\rtf", "a rich text document"),
    (b"GIF8", "a GIF picture"),
    (b"ISA", "an X12 file"),
)
_EXPECTED = "Expected a PDF, TIFF, JPEG or PNG"


@dataclass(frozen=True)
class Looked:
    """What a file is."""

    media_type: str
    pages: int


def look_at(content: bytes) -> Looked:
    """Return what a file is, once it is proved that it can be enclosed. Raises EnclosureRefused."""
    check_size(len(content))
    media_type = _media_type(content)
    with pikepdf.open(io.BytesIO(as_pdf(content, media_type))) as pdf:
        return Looked(media_type, len(pdf.pages))


def check_size(size: int) -> None:
    """Raise EnclosureRefused for a file that is empty or too large."""
    if size == 0:
        raise EnclosureRefused(f"The file is empty. {_EXPECTED}.")
    if size > MOST_BYTES:
        raise EnclosureRefused(
            f"The file has {size / 1e6:,.0f} MB. Expected {MOST_BYTES // 1_000_000} MB at most: "
            "scan in black and white at 300 dots an inch, or part it into several files."
        )


def look_at_logo(content: bytes) -> str:
    """Return the media type of a logo. Raises EnclosureRefused: no PNG or JPEG, too large, broken."""
    if len(content) > LOGO_BYTES:
        raise EnclosureRefused(f"The logo has {len(content):,} bytes. Expected 300 KB at most.")
    media_type = _media_type(content) if content else ""
    if media_type not in (JPEG, PNG):
        raise EnclosureRefused("The logo: expected a PNG or JPEG picture.")
    with _picture(content) as picture:
        if picture.width * picture.height > _LOGO_PIXELS:
            raise EnclosureRefused("The logo is too large. Expected 2,000 by 2,000 dots at most.")
        _loaded(picture)
    return media_type


def as_pdf(content: bytes, media_type: str) -> bytes:
    """Return a file as a PDF without anything but its pages. Raises EnclosureRefused."""
    return _clean_pdf(content) if media_type == PDF else _pictures(content)


def _media_type(content: bytes) -> str:
    if b"%PDF-" in content[:1024]:
        return PDF
    for start, media_type in _STARTS:
        if content.startswith(start):
            return media_type
    found = next((words for start, words in _KNOWN_OTHERS if content.startswith(start)), "")
    raise EnclosureRefused(
        f"By its content the file is {found or 'something else'}, whatever its name. {_EXPECTED}."
    )


def _clean_pdf(content: bytes) -> bytes:
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise EnclosureRefused(_PROTECTED)
            if not 0 < len(pdf.pages) <= MOST_PAGES:
                raise EnclosureRefused(
                    f"The PDF has {len(pdf.pages):,} pages. Expected 1 to {MOST_PAGES}."
                )
            pdf.generate_appearance_streams()
            pdf.flatten_annotations("print")
            return _saved(pdf)
    except pikepdf.PasswordError:
        raise EnclosureRefused(_PROTECTED) from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, KeyError, RuntimeError):
        raise EnclosureRefused(_BROKEN) from None


_PROTECTED = "The PDF is protected by a password. Save it without one, and add it again."
_BROKEN = "The PDF is broken and cannot be opened whole. Print it to a new PDF, and add that."


def _saved(pdf: pikepdf.Pdf) -> bytes:
    """Return the pages of a PDF, and nothing else of it."""
    kept = io.BytesIO()
    with pikepdf.new() as plain:
        plain.pages.extend(pdf.pages)
        for page in plain.pages:
            for name in ("/Annots", "/AA"):
                if name in page:
                    del page[name]
        plain.save(kept)
    return kept.getvalue()


def _picture(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "TIFF"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise EnclosureRefused(_BROKEN_PICTURE) from None


_BROKEN_PICTURE = "The picture is broken and cannot be opened whole. Scan or save it again."


def _pictures(content: bytes) -> bytes:
    """Return each frame of a picture as a page of letter paper at most."""
    kept = io.BytesIO()
    with _picture(content) as picture, pikepdf.new() as pdf:
        count = getattr(picture, "n_frames", 1)
        if count > MOST_PAGES:
            raise EnclosureRefused(f"The TIFF has {count:,} pages. Expected {MOST_PAGES} at most.")
        for frame in ImageSequence.Iterator(picture):
            if frame.width * frame.height > MOST_PIXELS:
                raise EnclosureRefused(
                    f"A page of the picture has {frame.width:,} by {frame.height:,} dots. "
                    f"Expected {MOST_PIXELS // 1_000_000} million in all at most."
                )
            with pikepdf.open(io.BytesIO(_frame_pdf(frame))) as page:
                pdf.pages.extend(page.pages)
        pdf.save(kept)
    return kept.getvalue()


def _frame_pdf(frame: Image.Image) -> bytes:
    plain = _plain(_loaded(ImageOps.exif_transpose(_loaded(frame))))
    wide, high = _PAPER_INCHES
    dots = max(plain.width / wide, plain.height / high, 72.0)
    page = io.BytesIO()
    more = {} if plain.mode == "1" else {"quality": 85}
    plain.save(page, "PDF", resolution=dots, **more)
    return page.getvalue()


def _loaded(frame: Image.Image) -> Image.Image:
    """Return a frame whose every dot was read. Raises EnclosureRefused for one cut short."""
    try:
        frame.load()
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise EnclosureRefused(_BROKEN_PICTURE) from None
    return frame


def _plain(frame: Image.Image) -> Image.Image:
    """Return a frame in black and white, gray or color, what was transparent on white."""
    if frame.mode in ("1", "L", "RGB"):
        plain = Image.new(frame.mode, frame.size)  # without what else the file says
        plain.paste(frame)
        return plain
    if frame.mode in ("RGBA", "LA", "P", "PA"):
        seen = frame.convert("RGBA")
        white = Image.new("RGB", seen.size, "white")
        white.paste(seen, mask=seen.getchannel("A"))
        return white
    return frame.convert("RGB")
