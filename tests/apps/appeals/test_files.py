"""What can be enclosed: by content, whole, unprotected; everything else is refused with what was expected."""

import io

import pikepdf
import pytest

from dueline.appeals.errors import EnclosureRefused
from dueline.appeals.packet.files import PDF, TIFF, as_pdf, check_size, look_at, look_at_logo
from tests.apps.appeals.conftest import a_pdf, a_picture

LOCKED = pikepdf.Encryption(owner="o", user="u")
OPEN_BUT_LOCKED = pikepdf.Encryption(owner="o", user="")


@pytest.mark.parametrize(
    ("content", "pages"),
    [
        (a_pdf(3), 3),
        (a_picture("PNG"), 1),
        (a_picture("PNG", "RGBA"), 1),
        (a_picture("PNG", "P"), 1),
        (a_picture("PNG", "I;16"), 1),
        (a_picture("JPEG", "CMYK"), 1),
        (a_picture("TIFF", "1", 3), 3),
        (a_picture("TIFF", "L", 2, (2000, 10)), 2),
    ],
    ids=["pdf", "png", "transparent", "palette", "deep", "cmyk jpeg", "fax tiff", "wide tiff"],
)
def test_pages_of_a_file(content, pages):
    assert look_at(content).pages == pages


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "a ZIP archive or an Office document"),
        (b"MZ\x90", "a program"),
        (b"hello", "something else"),
        (a_pdf(2, encryption=LOCKED), "protected by a password"),
        (a_pdf(2, encryption=OPEN_BUT_LOCKED), "protected by a password"),
        (a_pdf(2)[:400], "broken"),
        (b"%PDF-1.7\n" + b"\x00" * 3000, "broken"),
        (a_picture("PNG", size=(800, 600))[:-200], "broken"),
        (a_picture("TIFF", size=(300, 300))[:-5000], "broken"),
        (b"\xff\xd8\xff" + b"x" * 50, "broken"),
    ],
    ids=["empty", "zip", "program", "text", "password", "owner password", "cut pdf", "no pdf",
         "cut png", "cut tiff", "no jpeg"],
)  # fmt: skip
def test_refused_file_says_why(content, reason):
    with pytest.raises(EnclosureRefused, match=reason):
        look_at(content)


def test_a_hundred_megabytes_are_refused_before_they_are_read():
    with pytest.raises(EnclosureRefused, match=r"The file has 100 MB\. Expected 25 MB at most"):
        check_size(100_000_000)


def test_a_picture_of_too_many_dots_is_refused():
    with pytest.raises(EnclosureRefused, match="million in all"):
        look_at(a_picture("PNG", "1", size=(12_000, 11_000)))


def test_scripts_and_attached_files_do_not_leave_with_the_pages():
    kept = io.BytesIO()
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.attachments["evil.exe"] = b"MZ"
        pdf.save(kept)
    plain = as_pdf(kept.getvalue(), PDF)
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        assert "/OpenAction" not in pdf.Root
        assert not pdf.attachments
    assert b"alert" not in plain


def test_each_frame_of_a_tiff_is_a_page_of_letter_paper_at_most():
    with pikepdf.open(io.BytesIO(as_pdf(a_picture("TIFF", "1", 1, (3400, 4400)), TIFF))) as pdf:
        box = [float(x) for x in pdf.pages[0].mediabox]
    assert box == pytest.approx([0, 0, 612, 792], abs=1)


def test_a_logo_is_a_small_picture():
    assert look_at_logo(a_picture("PNG")) == "image/png"
    for content in (a_pdf(), b"", a_picture("TIFF")):
        with pytest.raises(EnclosureRefused, match="expected a PNG or JPEG"):
            look_at_logo(content)
