"""Old Word documents and RTF: whole by LibreOffice, honestly degraded by antiword and catdoc, refused without any."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from govrules import validate
from govrules.errors import ReadError
from govrules.read.document import Document
from govrules.read.reports import reports
from govrules.read.word.doc import read_doc, read_rtf
from govrules.report import CERTAIN, Reader, Report
from layout import Made, make_printed
from office import convert, ole, put, put_script, to_docx
from reading import FORMS, ISSUER, YEARS, silent
from real import real_tables

MADE = {f"{name}_{seed}": make_printed(name, seed) for name in YEARS for seed in range(50, 54)}
MANY = {f"{name}_{seed}": make_printed(name, seed) for name in YEARS for seed in range(300, 314)}
REAL = real_tables()
ENCRYPTED_BIT = 0x01
Files = dict[str, bytes]
Documents = dict[str, Future[Document]]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Give the made reports as .doc, all by one call of LibreOffice."""
    return to_doc(MADE, tmp_path_factory.mktemp("doc"))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Documents]:
    """Give many made reports and all real ones, being read from .doc: two at once, each by a LibreOffice of its own."""
    files = to_doc(MANY | REAL, tmp_path_factory.mktemp("many"))
    with ThreadPoolExecutor(2) as threads:
        yield {key: threads.submit(read_doc, files[key], "made.doc") for key in MANY | REAL}
        threads.shutdown(cancel_futures=True)


def to_doc(made: dict[str, Made], folder: Path) -> Files:
    words = {f"{key}.docx": to_docx(one.printed) for key, one in made.items()}
    return convert(words, "doc:MS Word 97", folder)


@pytest.fixture(scope="module")
def rich_texts(tmp_path_factory: pytest.TempPathFactory) -> Files:
    words = {f"{name}_50.docx": to_docx(MADE[f"{name}_50"].printed) for name in YEARS}
    return convert(words, "rtf:Rich Text Format", tmp_path_factory.mktemp("rtf"))


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder that is all of the PATH: programs are those that a test puts into it."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def read_one(reader: Reader, content: bytes) -> Report:
    document = reader(content, "made.doc")
    assert document.sha256 == sha256(content).hexdigest()
    return report_of(document)


def report_of(document: Document) -> Report:
    (report,) = reports(document, FORMS)[0]
    return report


def check_whole(report: Report, made: Made) -> None:
    assert (report.form, report.year, report.issuer) == (made.form.name, made.year, ISSUER)
    assert not report.issues
    assert len(report.sections) == (6 if made.form.name.startswith("national") else 0)
    check_tables(report, made)


def check_tables(report: Report, made: Made) -> None:
    """Check that every cell of every table was read as printed, blanks as blanks, and none is wrong and certain."""
    assert report.structured
    assert silent(report, made.cells, made.shown) == []
    for cell, value in made.cells.items():
        record, shown = report.cells[cell], made.shown[cell]
        assert (record.value, record.kind == "blank") == ((None, True) if shown is None else (value, False)), record
        assert record.flag in {"exact", "unique"}
        assert record.spot.table > 0


def test_an_old_document_is_read_whole_by_libreoffice(documents: Files, tmp_path: Path) -> None:
    key = "national-2021_50"
    check_whole(read_one(read_doc, documents[key]), MADE[key])
    file = tmp_path / "年报.wps"
    file.write_bytes(documents[key])
    result = validate([file])
    assert not result.errors
    assert [report.year for report in result.reports] == [MADE[key].year]


@pytest.mark.slow
@pytest.mark.parametrize("key", MANY)
def test_forty_old_documents_are_read_whole_by_libreoffice(key: str, many: Documents) -> None:
    check_whole(report_of(many[key].result()), MANY[key])


@pytest.mark.slow
@pytest.mark.parametrize("key", REAL)
def test_the_tables_of_real_reports_are_read_whole_from_old_documents(key: str, many: Documents) -> None:
    report, made = report_of(many[key].result()), REAL[key]
    assert (report.form, report.year, report.issuer) == (made.form.name, made.year, ISSUER)
    check_tables(report, made)


@pytest.mark.slow
@pytest.mark.parametrize("name", YEARS)
def test_rich_text_is_read_whole_by_libreoffice(name: str, rich_texts: Files) -> None:
    check_whole(read_one(read_rtf, rich_texts[f"{name}_50"]), MADE[f"{name}_50"])


@pytest.mark.parametrize("programs", [("antiword",), ("catdoc",), ("antiword", "catdoc")], ids="+".join)
def test_without_libreoffice_no_wrong_cell_is_certain(programs: tuple[str, ...], documents: Files, only: Path) -> None:
    put(only, *programs)
    certain = 0
    for key, made in MADE.items():
        document = read_doc(documents[key], "made.doc")
        assert not document.structured
        assert [issue.code for issue in document.issues] == ["degraded"]
        (report,) = reports(document, FORMS)[0]
        assert (report.year, report.issuer) == (made.year, ISSUER)
        assert silent(report, made.cells, made.shown) == []
        certain += sum(r.flag in CERTAIN and r.value == made.cells.get(r.cell) for r in report.cells.values())
    assert certain > 100


def test_the_program_that_lost_no_table_is_believed(documents: Files, only: Path) -> None:
    put(only, "antiword", "catdoc")
    messages = {key: read_doc(content, "made.doc").issues[0].message for key, content in documents.items()}
    assert all("catdoc" in message for key, message in messages.items() if key.startswith("national"))
    assert all("antiword" in message for key, message in messages.items() if key.startswith("zhejiang"))


def test_a_program_that_makes_nothing_leaves_it_to_the_next(documents: Files, only: Path) -> None:
    put(only, "antiword")
    put_script(only, "soffice", "exit 1")
    assert "antiword" in read_doc(documents["zhejiang-2013_50"], "made.doc").issues[0].message


def test_without_any_program_the_error_names_them(only: Path) -> None:
    content = ole({"WordDocument": bytes(4_096)})
    with pytest.raises(ReadError, match=r"LibreOffice \(soffice\), or antiword or catdoc"):
        read_doc(content, "made.doc")
    put_script(only, "antiword", "exit 1")
    put_script(only, "catdoc", "exit 1")
    with pytest.raises(ReadError, match="cannot be read by antiword catdoc"):
        read_doc(content, "made.doc")


def test_a_program_that_hangs_is_ended_with_all_that_it_started(
    only: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child"
    put_script(only, "soffice", f"sleep 600 & echo $! > {child}; wait")
    monkeypatch.setenv("GOVRULES_FILE_SECONDS", "1")
    begun = time.monotonic()
    with pytest.raises(ReadError, match=r"soffice took longer than 1 s .*GOVRULES_FILE_SECONDS"):
        read_doc(ole({"WordDocument": bytes(4_096)}), "made.doc")
    assert time.monotonic() - begun < 5
    assert is_gone(int(child.read_text()))


def is_gone(process: int) -> bool:
    """Tell whether a process ends within a second; one that nobody waits for counts as ended."""
    for _ in range(20):
        state = ""
        with contextlib.suppress(OSError):
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        if state in {"", "Z"}:
            return True
        time.sleep(0.05)
    return False


def test_nothing_is_left_behind(documents: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read_doc(documents["zhejiang-2013_50"], "made.doc")
    assert list(tmp_path.iterdir()) == []


OLD = {"WordDocument": b"\xec\xa5" + bytes(8) + (0x0100).to_bytes(2, "little") + bytes(4_096)}
DISGUISED = {
    "page": (b"<html><body>x</body></html>", "is a web page, not an old Word document"),
    "new document": (to_docx(["x"]), "is a ZIP archive or an Office document, not"),
    "paper": (b"%PDF-1.7", "is a PDF, not"),
    "rich text": (b"{\\rtf1 x}", "is an RTF document, not"),
    "text": ("一、总体情况".encode(), "not an old Word document"),
    "nothing": (b"", "the file is empty"),
    "workbook": (ole({"Workbook": bytes(4_096)}), "is an old Excel workbook (.xls), not"),
    "slides": (ole({"PowerPoint Document": bytes(4_096)}), "is an old PowerPoint presentation (.ppt), not"),
    "other": (ole({"CONTENTS": bytes(4_096)}), "is an old Office document of another kind, not"),
    "encrypted package": (ole({"EncryptedPackage": bytes(4_096)}), "is encrypted"),
    "encrypted": (ole(OLD), "is encrypted"),
    "start alone": (ole(OLD)[:300], "is damaged, not"),
    "directory lost": (ole(OLD)[:512], "is damaged, not"),
}


@pytest.mark.parametrize("name", DISGUISED)
def test_a_file_that_is_no_old_document_is_called_what_it_is(name: str) -> None:
    content, said = DISGUISED[name]
    with pytest.raises(ReadError) as caught:
        read_doc(content, "made.doc")
    assert said in str(caught.value)
    assert caught.value.hint


def test_what_is_no_rich_text_is_refused() -> None:
    with pytest.raises(ReadError, match="is a PDF, not an RTF document"):
        read_rtf(b"%PDF-1.7", "made.rtf")


def test_a_real_document_with_the_mark_of_encryption_is_refused(documents: Files) -> None:
    content = bytearray(documents["zhejiang-2013_50"])
    start = next(place for place in range(0, len(content), 512) if content[place : place + 2] == b"\xec\xa5")
    content[start + 0x0B] |= ENCRYPTED_BIT
    with pytest.raises(ReadError, match="is encrypted"):
        read_doc(bytes(content), "made.doc")


def test_a_cut_document_is_refused_or_read_without_a_wrong_certain_cell(documents: Files, only: Path) -> None:
    put(only, "antiword", "catdoc")
    made, content = MADE["national-2019_51"], documents["national-2019_51"]
    for end in range(1, len(content), len(content) // 40):
        with contextlib.suppress(ReadError):
            for report in reports(read_doc(content[:end], "made.doc"), FORMS)[0]:
                assert silent(report, made.cells, made.shown) == []


@pytest.mark.slow
def test_a_document_cut_before_libreoffice_reads_it_has_no_wrong_certain_cell(documents: Files) -> None:
    made, content = MADE["national-2019_51"], documents["national-2019_51"]
    for end in range(2_000, len(content), len(content) // 8):
        with contextlib.suppress(ReadError):
            for report in reports(read_doc(content[:end], "made.doc"), FORMS)[0]:
                assert silent(report, made.cells, made.shown) == []
