"""The HTTP side: the JSON contract, the viewer, and who is turned away."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from pptx import Presentation

from page.shell import index_page
from page.site import HISTORY_FILE
from page.visitor import COOKIE
from page.words_en import EN
from page.words_zh import ZH
from rag import open_assistant
from rag.fake_llm import FakeLlm, Rule
from rag.history import Conversation, Exchange, History
from rag.users import Users
from rag.wire import answer_to_json, hit_to_json

QUESTION = "议题要提前几天张贴？"


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    """Calls the page over the three documents."""
    with httpx.Client(base_url=address, timeout=60) as opened:
        yield opened


def test_the_api_says_what_the_command_line_says(
    client: httpx.Client, documents: Path, tmp_path: Path
) -> None:
    with open_assistant(home=tmp_path) as assistant:
        assistant.index([documents])
        asked = client.post("/api/ask", json={"question": QUESTION}).json()
        expected = answer_to_json(assistant.ask(QUESTION))
        assert {**asked, "milliseconds": None} == {**expected, "milliseconds": None}
        found = client.get("/api/search", params={"q": "值班", "k": 3, "mode": "lexical"}).json()
        assert found["hits"] == [hit_to_json(h) for h in assistant.search("值班", 3, "lexical")]


def test_the_api_lists_and_shows_documents(client: httpx.Client) -> None:
    rows = client.get("/api/docs").json()
    assert len(rows) == 3
    shown = client.get(f"/api/docs/{rows[0]['document']}").json()
    assert shown["passages"]
    assert all(shown["text"][p["start"] : p["end"]] == p["text"] for p in shown["passages"])


def test_answers_and_search_can_be_limited_to_collections(
    serve: Any, documents: Path, tmp_path: Path
) -> None:
    with open_assistant(home=tmp_path) as assistant:
        assistant.index([documents])
        duty = next(d.id for d in assistant.documents() if "值班" in d.title)
        assistant.store.catalogue.fill("值班", [duty])
    with serve(tmp_path, None) as url, httpx.Client(base_url=url, timeout=60) as client:
        assert client.get("/api/collections").json() == [{"name": "值班", "documents": [duty]}]
        found = client.get("/api/search", params={"q": "议题", "collection": "值班"}).json()["hits"]
        assert {hit["document"] for hit in found} <= {duty}
        asked = client.post("/api/ask", json={"question": "几点到几点有人值班？", "collections": ["值班"]})
        assert {c["document"] for c in asked.json()["citations"]} == {duty}
        unknown = client.post("/api/ask", json={"question": QUESTION, "collections": ["没有"]})
        assert unknown.status_code == 400
        assert "值班" in unknown.json()["error"]["zh"]


def test_answers_can_be_limited_to_documents_and_lean_on_history(client: httpx.Client) -> None:
    duty = next(r["document"] for r in client.get("/api/docs").json() if "值班" in r["title"])
    asked = client.post("/api/ask", json={"question": "几点到几点有人值班？", "documents": [duty]}).json()
    assert {c["document"] for c in asked["citations"]} == {duty}
    history = [{"question": "服务站几点到几点有人值班？", "answer": "上午八点到下午六点。"}]
    follow_up = client.post("/api/ask", json={"question": "那交接班呢？", "history": history}).json()
    assert follow_up["standalone_question"] != follow_up["question"]


def test_a_streamed_answer_ends_with_the_answer(client: httpx.Client) -> None:
    with client.stream("POST", "/api/ask/stream", json={"question": QUESTION}) as response:
        said = [line for line in response.iter_lines() if line]
    names = [line.removeprefix("event: ") for line in said if line.startswith("event: ")]
    assert names[0] == "stage"
    assert names[-1] == "done"
    done = json.loads(said[-1].removeprefix("data: "))
    whole = client.post("/api/ask", json={"question": QUESTION}).json()
    assert done["answer"] == whole["answer"]


def test_documents_come_and_go_over_http(serve: Any, tmp_path: Path) -> None:
    with serve(tmp_path, None) as url:
        text = "# 值班电话\n\n夜间值班电话放在门卫室，由门卫接听并登记。\n"
        files = [("files", ("电话.md", text.encode())), ("files", ("图.png", b"x"))]
        good, bad = httpx.post(f"{url}/api/docs", files=files, timeout=60).json()["files"]
        assert (good["status"], good["passages"], bad["status"]) == ("added", 1, "failed")
        assert httpx.delete(f"{url}/api/docs/{good['documents'][0]}").json() == {"removed": 1}
        assert httpx.get(f"{url}/api/docs").json() == []
        assert not list((tmp_path / "files").rglob("*.md"))


def test_a_lesson_that_a_model_wrote_is_exported_checked(serve: Any, documents: Path, tmp_path: Path) -> None:
    lesson = (
        "## 教学目标\n议题由党支部在会前五天张贴在公示栏。[1]\n"
        "## 教学过程\n参会代表每人补助二百元。[1]\n没有公示过的议题，会上不表决。[1]\n"
        "## 小结\n村民有三天时间提出补充意见。[1]\n"
    )
    model = FakeLlm([Rule(answer=lesson)])
    owner = Exchange("x", QUESTION)
    with model.running() as base, serve(tmp_path, documents, llm="openai:m", llm_base_url=base) as url:
        with open_assistant(home=tmp_path) as assistant:
            asked = replace(owner, answer=assistant.ask(QUESTION))
            history = History(tmp_path / HISTORY_FILE, assistant.store)
            history.save("browser:me", Conversation("c", exchanges=(asked,)))
        with httpx.Client(base_url=url, cookies={COOKIE: "me"}, timeout=60) as client:
            got = {
                suffix: client.get("/export/c", params={"exchanges": "x", "form": "plan", "suffix": suffix})
                for suffix in (".pptx", ".md")
            }
            again = client.get("/export/c", params={"exchanges": "x", "form": "poem", "suffix": ".md"})
        stranger = httpx.get(f"{url}/export/c", params={"exchanges": "x"})
    text = got[".md"].text
    assert "村民有三天时间提出补充意见" in text
    assert "二百元。（未找到依据）" in text.replace("\\", "")
    deck = Presentation(io.BytesIO(got[".pptx"].content))
    assert deck.slides[0].shapes.title.text_frame.text == QUESTION.rstrip("？")
    assert len(model.requests) == 1, "the same answer is not written twice"
    assert (again.status_code, stranger.status_code) == (400, 404)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/docs/nothing", 404),
        ("/source/nothing?start=0&end=1", 404),
        ("/view/nothing", 404),
        ("/files/nothing", 404),
        ("/api/search?q=", 422),
        ("/api/search?q=x&k=0", 422),
        ("/export/nothing?exchanges=x", 404),
        ("/docs", 404),
    ],
)
def test_what_is_not_there_or_wrong_is_said_so(client: httpx.Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    if status == 422:
        assert set(response.json()["error"]) == {"kind", "zh", "en"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'{"question": " "}', 422),
        (b'{"question": 1}', 422),
        (b'{"question": "\\ud800"}', 422),
        (json.dumps({"question": "x" * 4_001}).encode(), 422),
        (b'{"question": "x", "history": {}}', 422),
        (b'{"question": "x", "history": [{}]}', 422),
        (json.dumps({"question": "x", "history": [{"question": "x"}] * 101}).encode(), 422),
        (b'{"question": "x", "documents": "all"}', 422),
        ('{"question": "议题"}'.encode("gb18030"), 400),
        (b'{"question":' + b"[" * 100_000, 400),
        (b'{"question": "' + b"x" * 2_000_000 + b'"}', 413),
    ],
)
def test_what_is_no_question_is_refused_in_words(client: httpx.Client, body: bytes, status: int) -> None:
    for path in ("/api/ask", "/api/ask/stream"):
        response = client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert response.status_code == status
        assert set(response.json()["error"]) == {"kind", "zh", "en"}


@pytest.mark.parametrize(
    ("method", "path", "content", "zh"),
    [
        ("GET", "/page/nothing.css", b"", "没有这个地址。"),
        ("DELETE", "/page/page.js", b"", "这个地址不能这样请求。"),
        (
            "POST",
            "/api/ask",
            '{"question": "议题"}'.encode("gb18030"),
            "请求的内容读不懂：应是 UTF-8 的 JSON。",
        ),
    ],
)
def test_what_the_web_framework_refuses_is_told_in_both_languages(
    client: httpx.Client, method: str, path: str, content: bytes, zh: str
) -> None:
    told = client.request(method, path, content=content, headers={"Content-Type": "application/json"}).json()[
        "error"
    ]
    assert told["zh"] == zh
    assert told["en"].isascii()


def test_a_question_that_does_not_say_how_long_it_is_is_bounded_too(client: httpx.Client) -> None:
    def pieces(count: int) -> Iterator[bytes]:
        yield b'{"question": "'
        yield from [b"x" * 1_000] * count
        yield b'"}'

    found = [
        client.post("/api/ask", content=pieces(n), headers={"Content-Type": "application/json"})
        for n in (3, 2_001)
    ]
    assert [response.status_code for response in found] == [200, 413]


@pytest.mark.parametrize("host", ["[", "[::1", "a]b"])
def test_a_host_that_is_none_is_refused(client: httpx.Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 403


def test_addresses_that_people_type_lead_to_the_page(client: httpx.Client) -> None:
    assert client.get("/en").headers["location"] == "/en/"
    assert client.get("/favicon.ico", follow_redirects=True).text.startswith("<svg")


def test_the_original_file_is_downloaded_never_shown(client: httpx.Client) -> None:
    hostile = next(r["document"] for r in client.get("/api/docs").json() if "培训" in r["title"])
    response = client.get(f"/files/{hostile}")
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "window.hacked" in response.text


def test_the_page_allows_itself_no_other_host(client: httpx.Client) -> None:
    response = client.get("/")
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "githubusercontent" not in response.text
    assert '<html lang="zh-CN"' in response.text


def test_gradios_index_page_gets_this_sites_head() -> None:
    gradio = (
        b'<!doctype html><html lang="en"><head><meta name="viewport" content="x"/>'
        b'<meta property="og:image" content="https://elsewhere.example/a.jpg" /></head>'
        b'<body><gradio-app eager="true"></gradio-app></body></html>'
    )
    page = index_page(gradio, EN).decode()
    assert "elsewhere" not in page
    assert "<title>Dangwu Q&amp;A</title>" in page
    assert page.index('id="curtain"') < page.index("<gradio-app")
    assert '<html lang="zh-CN"' in index_page(gradio, ZH).decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Host": "127.0.0.1.evil.example:7860"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
def test_other_sites_cannot_ask_through_a_visitors_browser(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    assert client.post("/api/ask", json={"question": QUESTION}, headers=headers).status_code == 403


def test_the_own_page_may_ask(client: httpx.Client, address: str) -> None:
    response = client.post("/api/ask", json={"question": QUESTION}, headers={"Origin": address})
    assert response.status_code == 200


# listening wider than this machine


@pytest.fixture(scope="module")
def guarded(serve: Any, documents: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page with a login, an administrator and a reader."""
    home = tmp_path_factory.mktemp("guarded-home")
    users = Users(home / "users.json")
    users.add("王芳", "correct horse", "admin")
    users.add("李明", "battery staple", "reader")
    with serve(home, documents, users=users) as url:
        yield url


@pytest.mark.parametrize(
    "path",
    ["/api/docs", "/source/x?start=0&end=1", "/files/x", "/gradio_api/info", "/config", "/feedback.jsonl"],
)
def test_nothing_is_served_before_the_login(guarded: str, path: str) -> None:
    assert httpx.get(guarded + path).status_code == 401
    page = httpx.get(guarded + "/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/login?next=/")


def test_scripts_log_in_with_basic_authentication(guarded: str) -> None:
    assert len(httpx.get(f"{guarded}/api/docs", auth=("李明", "battery staple")).json()) == 3
    assert httpx.get(f"{guarded}/api/docs", auth=("李明", "correct horse")).status_code == 401


def test_a_reader_changes_nothing_over_http(guarded: str) -> None:
    reader = ("李明", "battery staple")
    document = httpx.get(f"{guarded}/api/docs", auth=reader).json()[0]["document"]
    assert httpx.delete(f"{guarded}/api/docs/{document}", auth=reader).status_code == 403
    files = [("files", ("a.txt", b"x"))]
    assert httpx.post(f"{guarded}/api/docs", files=files, auth=reader).status_code == 403
    assert httpx.get(f"{guarded}/feedback.jsonl", auth=reader).status_code == 403


def test_a_login_leads_only_inside_and_a_logout_ends_it(guarded: str) -> None:
    with httpx.Client(base_url=guarded, headers={"Accept": "text/html", "Origin": guarded}) as client:
        form = {"name": "李明", "password": "battery staple"}
        assert client.post("/login", data={**form, "password": "x"}).status_code == 401
        done = client.post("/login?next=https://evil.example/", data=form)
        assert (done.status_code, done.headers["location"]) == (303, "/")
        assert "httponly" in done.headers["set-cookie"].lower()
        assert client.get("/api/docs").status_code == 200
        client.get("/logout")
        assert client.get("/api/docs").status_code == 303


def test_a_session_ends_when_its_user_is_removed_or_has_another_role(
    serve: Any, documents: Path, tmp_path: Path
) -> None:
    users = Users(tmp_path / "users.json")
    users.add("王芳", "correct horse", "admin")
    form = {"name": "王芳", "password": "correct horse"}
    with (
        serve(tmp_path / "home", documents, users=users) as url,
        httpx.Client(base_url=url, headers={"Origin": url}) as client,
    ):
        client.post("/login", data=form)
        assert client.get("/api/docs").status_code == 200
        users.add("王芳", "correct horse", "reader")
        assert client.get("/api/docs").status_code == 401
        client.post("/login", data=form)
        assert client.get("/api/docs").status_code == 200
        users.remove("王芳")
        assert client.get("/api/docs").status_code == 401


def test_a_reader_asks_but_changes_nothing(visit: Any, guarded: str) -> None:
    visitor = visit(guarded)
    tab = visitor.tab
    tab.goto(guarded)
    tab.fill("input[name=name]", "李明")
    tab.fill("input[name=password]", "battery staple")
    tab.press("input[name=password]", "Enter")
    tab.wait_for_selector("#talk .welcome")
    assert "会前五天" in visitor.ask(QUESTION).inner_text()
    assert not tab.locator("#attach").is_visible()
    tab.click("#tab-documents-button")
    tab.wait_for_selector("#documents tbody tr")
    assert tab.locator("#documents [data-act=remove]").count() == 0
    assert not tab.locator("#drop").is_visible()
    tab.click("#tab-settings-button")
    assert "管理员" in tab.wait_for_selector("#settings-told .notice").inner_text()
    assert not tab.locator("#settings-buttons .primary").is_visible()
    tab.locator("#models-buttons button").first.wait_for(state="hidden")


def test_an_administrators_conversation_is_hers_in_every_browser(visit: Any, guarded: str) -> None:
    def enter() -> Any:
        visitor = visit(guarded)
        visitor.tab.goto(guarded)
        visitor.tab.fill("input[name=name]", "王芳")
        visitor.tab.fill("input[name=password]", "correct horse")
        visitor.tab.press("input[name=password]", "Enter")
        visitor.tab.wait_for_selector("#talk .welcome")
        return visitor

    office = enter()
    office.tab.locator("#attach").wait_for()
    office.ask(QUESTION)
    home = enter()
    home.tab.wait_for_selector("#history-list .entry")
    home.tab.click("#history-list .entry")
    home.tab.wait_for_selector("#talk a.cite")
