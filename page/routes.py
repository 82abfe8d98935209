"""What the page links to: the source panel's content, the viewer, original files, exported answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from page.evaluation import report_of
from page.exports import MEDIA, exported
from page.feedback import feedback_lines
from page.reader import dropped_html, message_html, name_of_file, panel_html, viewer_html, words_for
from page.shell import READER_STYLES, head_html
from page.site import Site
from page.visitor import visitor_of
from rag.datatypes import Document
from rag.errors import DangwuError, UnknownDocument
from rag.load import found, loader_for
from rag.structure import structure


def reading_routes(site: Site) -> APIRouter:
    """The routes for reading and taking away. Errors of the project become JSON in ``page.web``."""
    routes = APIRouter(include_in_schema=False)
    head = head_html(READER_STYLES, ("theme.js", "reader.js"))

    @routes.get("/view/{document_id}")
    def view(document_id: str, start: int = 0, end: int = 0, lang: str | None = None) -> HTMLResponse:
        words = words_for(lang)
        try:
            document = site.assistant.document(document_id)
            passages = site.assistant.passages(document_id)
        except UnknownDocument:
            return HTMLResponse(message_html(words.not_found, words.not_found_text, words, head), 404)
        return HTMLResponse(
            viewer_html(document, passages, start, end, name_of_file(document.source), words, head)
        )

    @routes.get("/source/{document_id}")
    def source(
        document_id: str, start: int, end: int, lang: str | None = None, whole: bool = False
    ) -> HTMLResponse:
        document = site.assistant.document(document_id)
        passages = site.assistant.passages(document_id)
        name = name_of_file(document.source)
        return HTMLResponse(panel_html(document, passages, start, end, name, words_for(lang), whole))

    @routes.get("/files/{document_id}")
    def download(document_id: str, afterwards: BackgroundTasks) -> Response:
        with ExitStack() as stack:
            path = stack.enter_context(_original(site.assistant.document(document_id)))
            sent = stack.pop_all()  # a member of an archive stays unpacked until then
        afterwards.add_task(sent.close)
        return FileResponse(path, filename=path.name, media_type="application/octet-stream")

    @routes.get("/dropped/{document_id}")
    def dropped(document_id: str, lang: str | None = None) -> HTMLResponse:
        document, words = site.assistant.document(document_id), words_for(lang)
        try:
            with _original(document) as path:
                loader = loader_for(path)
                pieces = structure(loader.load(path)).dropped if loader else ()
        except DangwuError as error:
            told = message_html(words.dropped_title, error.message(words.language), words, head)
            return HTMLResponse(told, 404 if isinstance(error, UnknownDocument) else 400)
        return HTMLResponse(dropped_html(document, pieces, words, head))

    @routes.get("/export/{conversation_id}")
    def export(
        request: Request,
        conversation_id: str,
        suffix: str = ".docx",
        form: str = "answer",
        exchanges: str = "",
    ) -> Response:
        conversation = site.history.open(visitor_of(request), conversation_id)
        chosen = [conversation.exchange(i) for i in exchanges.split(",")] if conversation else []
        answers = [e.answer for e in chosen if e is not None and e.answer is not None]
        if not answers:
            raise UnknownDocument(
                "没有这段对话。请刷新页面。", "There is no such conversation. Reload the page."
            )
        lesson = site.assistant.lesson(answers, form)
        content, name = exported(answers, suffix, form, str(request.base_url).rstrip("/"), lesson)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return Response(content, media_type=MEDIA.get(suffix), headers=headers)

    @routes.get("/feedback.jsonl")
    def feedback(request: Request) -> Response:
        if not site.may_change(request):
            return Response(status_code=403)
        headers = {"Content-Disposition": "attachment; filename=feedback.jsonl"}
        return Response(
            feedback_lines(site.history.ratings()), media_type="application/x-ndjson", headers=headers
        )

    @routes.get("/evaluation/{which}")
    def evaluation(request: Request, which: str) -> Response:
        report = report_of(site.assistant.settings.home, which)
        if not site.may_change(request) or not report.is_file():
            return Response(status_code=404)
        return FileResponse(report)

    return routes


@contextmanager
def _original(document: Document) -> Iterator[Path]:
    """The file that a document was read from. Raises ``UnknownDocument`` when it has gone, ``LoadError``."""
    with found(document.source) as path:
        if not path.is_file():
            raise UnknownDocument(
                f"原文件已不在原处：{path.name}", f"The file is no longer where it was: {path.name}"
            )
        yield path
