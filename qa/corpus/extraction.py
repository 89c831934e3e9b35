"""The articles of a file that is not plain text: extracted once, and stored by the hash of the file."""

from __future__ import annotations

from qa.corpus.formats import format_of
from qa.corpus.formats.assembly import Assembled, assemble
from qa.corpus.formats.extract import Extract
from qa.corpus.formats.store import ExtractStore
from qa.corpus.loaders import UnreadableFile
from qa.text.english import counted


def assembled(
    path: str, data: bytes, content_hash: str, store: ExtractStore | None, number: int | None = None
) -> list[tuple[Extract, Assembled]]:
    """Return the articles of a file, each as extracted and as a text.

    Args:
        path: of the file.
        data: its content.
        content_hash: SHA-256 of ``data``, hexadecimal.
        store: where to keep what is extracted, if anywhere.
        number: which article to return, as in its path; None for all.

    Raises:
        UnreadableFile: nothing can be extracted, or there is no such article.
    """
    lines = _lines(path, data, content_hash, store)
    try:
        return [(extract, assemble(extract)) for extract in _selected(lines, number)]
    except (ValueError, TypeError, KeyError):
        raise UnreadableFile("its reader returned nothing that qa understands") from None


def _selected(lines: list[str], number: int | None) -> list[Extract]:
    if number is None:
        return list(map(Extract.from_json, lines))
    for line in (*lines[max(number - 1, 0) :][:1], *lines):  # articles are usually numbered without gaps
        extract = Extract.from_json(line)
        if extract.number == number:
            return [extract]
    raise UnreadableFile(f"the file has {counted(len(lines), 'article')}; name one of them, such as number 1 (FILE#1)")


def _lines(path: str, data: bytes, content_hash: str, store: ExtractStore | None) -> list[str]:
    file_format = format_of(path)
    if file_format is None:
        raise UnreadableFile("unsupported file type")
    if missing := file_format.missing():
        raise UnreadableFile(f"not read: {missing}", may_pass=True)
    key = f"{content_hash}-{file_format.suffixes[0].lstrip('.')}-{file_format.version}"
    lines = store.get(key) if store else None
    if lines is None:
        from qa.corpus.formats.worker import extract

        lines = extract(file_format, path.rpartition("/")[2], data)
        if store:
            store.put(key, lines)
    return lines
