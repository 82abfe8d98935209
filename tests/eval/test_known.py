"""Where a quote or a citation stands."""

from __future__ import annotations

from eval.known import KnownLibrary
from tests.eval.conftest import FIRST, HEADING, SECOND, TEXT, THIRD


def test_a_quote_is_found_in_its_paragraph_whatever_its_blanks_and_marks(library: KnownLibrary) -> None:
    assert library.locate("时长不超过30分钟", "duty.txt") == {("doc-a", 0)}


def test_the_file_of_that_name_is_preferred(library: KnownLibrary) -> None:
    assert library.locate("随交接班移交", "other.txt") == {("doc-b", 0)}
    assert library.locate("随交接班移交", "/elsewhere/duty.txt") == {("doc-a", 2)}


def test_any_document_will_do_when_no_file_of_that_name_holds_the_quote(library: KnownLibrary) -> None:
    assert library.locate("随交接班移交", "renamed.docx") == {("doc-a", 2), ("doc-b", 0)}


def test_a_heading_belongs_to_the_paragraph_below_it(library: KnownLibrary) -> None:
    assert library.locate(HEADING, "duty.txt") == {("doc-a", 1)}


def test_a_quote_that_runs_over_a_break_belongs_where_most_of_it_stands(library: KnownLibrary) -> None:
    assert library.locate(SECOND[-3:] + THIRD[:9], "duty.txt") == {("doc-a", 2)}


def test_a_quote_that_stands_nowhere_is_found_nowhere(library: KnownLibrary) -> None:
    assert library.locate("食堂的菜谱", "duty.txt") == frozenset()


def test_a_citation_is_at_the_passage_with_its_words_even_if_its_quote_is_the_heading(
    library: KnownLibrary,
) -> None:
    start = TEXT.index(HEADING)
    assert library.place_of("doc-a", THIRD, start, start + len(HEADING)) == ("doc-a", 2)


def test_a_citation_with_unknown_words_is_at_its_offsets(library: KnownLibrary) -> None:
    assert library.place_of("doc-a", "别的文字", 2, 9) == ("doc-a", 0)


def test_a_citation_of_an_unknown_document_is_nowhere(library: KnownLibrary) -> None:
    assert library.place_of("doc-z", FIRST, 0, 5) is None


def test_the_library_counts_documents_and_passages(library: KnownLibrary) -> None:
    assert (library.documents, library.passages) == (2, 4)
