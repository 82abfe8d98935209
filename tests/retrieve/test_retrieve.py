"""From a query to hits: what is found, by which side, and what holds of every hit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings import load_encoder
from embeddings.hashed import HashedEncoder
from embeddings.protocol import Encoder
from rag.datatypes import Document, Hit, Mode, Passage
from rag.errors import SettingError
from rag.index import VectorIndex
from rag.ingest import ingest
from rag.interaction import PassageInteraction
from rag.retrieve import HybridRetriever
from rag.store import Store

MODES: tuple[Mode, ...] = ("hybrid", "dense", "lexical")
QUERIES = ["大风停航", "主题党日参加人数", "农机怎么收费", "剩菜", "What happens to the ferry in thick fog?"]


def assert_ordered(hits: tuple[Hit, ...], mode: Mode) -> None:
    """What holds of the hits of every query."""
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.id for hit in hits}) == len(hits)
    sides = {"dense", "lexical"} if mode == "hybrid" else {mode}
    for hit in hits:
        assert 0.0 <= hit.score <= 1.0
        assert hit.passage.document_id == hit.document.id
        assert hit.document.text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert hit.found_by
        assert set(hit.found_by) <= sides
        assert min(hit.found_by.values()) >= 1
        assert {"dense", "lexical"} <= set(hit.evidence)
        assert all(isinstance(value, float) for value in hit.evidence.values())
    for side in sides:
        ranks = [hit.found_by[side] for hit in hits if side in hit.found_by]
        assert len(ranks) == len(set(ranks))


# What is found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("遇到大风渡船停不停航", "六级以上大风"),
        ("剩菜能带走吗", "剩菜可以打包带走"),
        ("合作社的盈余怎么返还", "按成员的交易量返还"),
        ("赶集日增开幾班渡船", "赶集日增开两班渡船"),
        ("合作社的盈餘怎樣返還", "按成员的交易量返还"),
        ("誰為老人理髮、量血壓", "为老人理发"),
        ("敬老院祖题党日安排", "四月的主题党日安排在敬老院"),
        ("开航前检查救生依", "检查救生衣"),
        ("渡船碰上大雾，还开不开", "大雾"),
    ],
)
def test_the_passage_that_says_it_comes_first(retriever: HybridRetriever, query: str, words: str) -> None:
    assert words in retriever.retrieve(query, 1)[0].passage.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("What do the boatmen check before sailing?", "检查救生衣"),
        ("How are the leftovers in the canteen dealt with?", "剩菜"),
        ("How is the profit of the cooperative distributed to its members?", "盈余"),
    ],
)
def test_an_english_question_finds_the_chinese_passage(
    retriever: HybridRetriever, query: str, words: str
) -> None:
    assert any(words in hit.passage.text for hit in retriever.retrieve(query, 3))


@pytest.mark.parametrize(
    ("query", "found"),
    [("红枫渡口", "渡口.txt"), ("客流疏导", "赶集日增开"), ("机关食堂节约用餐规定", "食堂.txt")],
)
@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
def test_words_in_title_and_headings_count(
    retriever: HybridRetriever, query: str, found: str, mode: Mode
) -> None:
    hit = retriever.retrieve(query, 1, mode)[0]
    assert query not in hit.passage.text
    assert found in Path(hit.document.source).name + hit.passage.text
    assert hit.evidence["lexical"] > 0


def test_a_question_across_units_finds_one_passage_of_each_before_a_second_of_any(
    tmp_path: Path, encoder: Encoder
) -> None:
    folder = tmp_path / "units"
    folder.mkdir()
    reading = "{}的读书活动每周办一次，读书心得贴上墙。\n\n{}读书活动请老师领读，读书活动有签到。\n"
    for name, unit in (("甲.txt", "城东图书馆"), ("乙.txt", "城西图书馆")):
        (folder / name).write_text(f"{unit}工作总结\n\n" + reading.format(unit, unit), "utf-8")
    (folder / "丙.txt").write_text(
        "粮站工作总结\n\n粮站的读书活动办在晒谷场边，来了九个人，有老有少，会后还一起把场院扫干净。\n",
        "utf-8",
    )
    store = Store(tmp_path / "knowledge.sqlite")
    ingest([folder], store, VectorIndex(store), encoder)
    retriever = HybridRetriever(store, VectorIndex(store), encoder)
    plain = [hit.document.id for hit in retriever.retrieve("读书活动是怎样开展的？")]
    across = retriever.retrieve("各单位的读书活动是怎样开展的？")
    assert len(set(plain[:3])) == 2
    assert len({hit.document.id for hit in across[:3]}) == 3
    assert_ordered(across, "hybrid")
    store.close()


def test_a_passage_that_holds_the_quoted_words_comes_before_one_that_is_as_much_like_the_question(
    tmp_path: Path, encoder: Encoder
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "甲.txt").write_text("工作总结\n\n粮站落实“四查两看”，仓库每周通风。\n", "utf-8")
    (folder / "乙.txt").write_text("工作总结\n\n粮站怎样落实防火制度，仓库管理制度怎样落实。\n", "utf-8")
    store = Store(tmp_path / "knowledge.sqlite")
    ingest([folder], store, VectorIndex(store), encoder)
    retriever = HybridRetriever(store, VectorIndex(store), encoder)
    hits = retriever.retrieve("粮站是怎样落实“四查两看”和仓库管理制度的？")
    assert "四查两看" in hits[0].passage.text
    assert [hit.evidence["quoted"] for hit in hits] == [1.0, 0.0]
    store.close()


def test_a_rare_name_decides_against_common_words(retriever: HybridRetriever) -> None:
    assert "敬老院" in retriever.retrieve("敬老院的主题党日", 1)[0].passage.text
    assert "河道" in retriever.retrieve("清理河道的主题党日", 1)[0].passage.text


# Its limits


@pytest.mark.parametrize("query", ["", " ", "\u3000\n\t"])
@pytest.mark.parametrize("mode", MODES)
def test_a_blank_query_finds_nothing(retriever: HybridRetriever, query: str, mode: Mode) -> None:
    assert retriever.retrieve(query, mode=mode) == ()


@pytest.mark.parametrize("mode", MODES)
def test_k_is_how_many_at_most(retriever: HybridRetriever, store: Store, mode: Mode) -> None:
    query = "主题党日"
    every = retriever.retrieve(query, 1_000, mode)
    assert 2 < len(every) <= store.counts()[1]
    assert [len(retriever.retrieve(query, k, mode)) for k in (0, 1, 2)] == [0, 1, 2]
    assert retriever.retrieve(query, 2, mode) == every[:2]


def test_meaning_reaches_every_passage_and_words_only_those_that_hold_them(
    retriever: HybridRetriever, store: Store
) -> None:
    assert len(retriever.retrieve("救生衣", 100, "dense")) == store.counts()[1]
    lexical = retriever.retrieve("救生衣", 100, "lexical")
    assert [hit.passage.text for hit in lexical if "救生衣" in hit.passage.text]
    assert len(lexical) < store.counts()[1]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("query", QUERIES)
def test_only_within_the_given_documents(
    retriever: HybridRetriever, ids: dict[str, str], query: str, mode: Mode
) -> None:
    wanted = frozenset({ids["支部.txt"], ids["合作社.txt"]})
    hits = retriever.retrieve(query, 100, mode, wanted)
    assert {hit.document.id for hit in hits} <= wanted
    assert_ordered(hits, mode)
    assert retriever.retrieve(query, 100, mode, frozenset()) == ()
    assert retriever.retrieve(query, 100, mode, frozenset({"没有的文档"})) == ()


def test_a_restriction_finds_what_lies_below_others(retriever: HybridRetriever, ids: dict[str, str]) -> None:
    inside = retriever.retrieve("三月的主题党日", 1, documents=frozenset({ids["合作社.txt"]}))
    assert "三月底以前" in inside[0].passage.text


# What holds of all hits


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("query", QUERIES)
def test_hits_are_in_order_and_true_to_their_documents(
    retriever: HybridRetriever, query: str, mode: Mode
) -> None:
    assert_ordered(retriever.retrieve(query, 100, mode), mode)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.one_of(st.text(max_size=30), st.text("主题党日渡口大风，？ ab12", max_size=20)),
    mode=st.sampled_from(MODES),
)
def test_no_query_breaks_it(retriever: HybridRetriever, query: str, mode: Mode) -> None:
    assert_ordered(retriever.retrieve(query, 5, mode), mode)


def test_the_same_query_gives_the_same_hits(
    retriever: HybridRetriever, store: Store, encoder: Encoder
) -> None:
    another = HybridRetriever(store, VectorIndex(store), encoder)
    for query in QUERIES:
        assert another.retrieve(query) == retriever.retrieve(query) == retriever.retrieve(query)


def test_equal_passages_come_in_the_order_they_were_stored(tmp_path: Path, encoder: Encoder) -> None:
    for name in "cab":
        (tmp_path / f"{name}.txt").write_text("防火公告\n\n秸秆禁止露天焚烧，违者通报批评。\n", "utf-8")
    store = Store(tmp_path / "knowledge.sqlite")
    ingest([tmp_path / f"{name}.txt" for name in "cab"], store, VectorIndex(store), encoder)
    hits = HybridRetriever(store, VectorIndex(store), encoder).retrieve("秸秆焚烧")
    assert [Path(hit.document.source).stem for hit in hits] == ["c", "a", "b"]
    assert len({hit.score for hit in hits}) == 1
    store.close()


def test_changes_of_the_store_are_found_at_once(tmp_path: Path, encoder: Encoder) -> None:
    path = tmp_path / "公告.txt"
    store = Store(tmp_path / "knowledge.sqlite")
    index = VectorIndex(store)
    retriever = HybridRetriever(store, index, encoder)
    assert retriever.retrieve("停水") == ()
    for place in ("东街", "西街"):
        path.write_text(f"停水公告\n\n周三上午{place}停水检修，请提前储水。\n", "utf-8")
        ingest([path], store, index, encoder)
        assert [place in hit.passage.text for hit in retriever.retrieve("哪条街停水")] == [True]
    store.remove(str(path.resolve()))
    assert retriever.retrieve("停水") == ()
    store.close()


def test_another_encoder_is_refused_with_the_command_that_helps(store: Store) -> None:
    retriever = HybridRetriever(store, VectorIndex(store), HashedEncoder(64))
    with pytest.raises(SettingError, match="dangwu index --rebuild"):
        retriever.retrieve("停航")


def test_two_neighbouring_sentences_answer_together_and_far_ones_do_not() -> None:
    """Late interaction looks at two sentences at a time: words that answer together stand together."""
    encoder = load_encoder("bundled")
    assert encoder.tokens is not None
    near = "摆渡人每天检查缆绳。检查结果写进日志。码头八点开门。"
    far = "摆渡人每天按时到岗。码头八点开门。食堂供应早饭。检查结果写进日志。"
    entries = {
        number: (Passage(str(number), "d", 0, 0, len(text), text), Document("d", "d.txt", "", text))
        for number, text in enumerate((near, far))
    }
    scores = PassageInteraction(encoder.tokens).scores("摆渡人检查缆绳的结果", entries)
    assert scores[0] > scores[1]
    assert PassageInteraction(encoder.tokens).scores("缆绳", {}) == {}


def test_a_passage_need_hold_but_one_of_the_words_that_an_english_one_may_mean(
    tmp_path: Path, encoder: Encoder
) -> None:
    folder = tmp_path / "words"
    folder.mkdir()
    (folder / "甲.txt").write_text("合唱队每月开销多少，由会计张榜公布，谁都可以看。\n", "utf-8")
    (folder / "乙.txt").write_text("合唱队每月排练多少，由指挥张榜公布，谁都可以看。\n", "utf-8")
    store = Store(tmp_path / "knowledge.sqlite")
    ingest([folder], store, VectorIndex(store), encoder)
    retriever = HybridRetriever(store, VectorIndex(store), encoder)
    best = retriever.retrieve("Who makes the accounts public?", 2)
    assert "会计" in best[0].passage.text


@pytest.mark.parametrize("name", ["Hubei", "Guimei"])
def test_an_english_question_that_names_a_place_or_a_person_is_answered_from_its_documents(
    tmp_path: Path, encoder: Encoder, name: str
) -> None:
    folder = tmp_path / "places"
    folder.mkdir()
    more = "读书会由各科室轮流主持，茶水自备。会后把书放回原处，门窗关好。\n"
    (folder / "甲.txt").write_text(
        f"河北学习情况\n\n河北每周五下午办读书会，读完大家谈一谈体会。\n\n{more}", "utf-8"
    )
    (folder / "乙.txt").write_text(
        f"湖北学习情况\n\n湖北由张桂梅同志牵头。\n\n每周五下午办读书会，读完大家谈一谈。\n\n{more}", "utf-8"
    )
    store = Store(tmp_path / "knowledge.sqlite")
    ingest([folder], store, VectorIndex(store), encoder)
    retriever = HybridRetriever(store, VectorIndex(store), encoder)
    hits = retriever.retrieve(f"On which day of the week does comrade {name} hold the reading party?", 2)
    assert all("湖北" in hit.document.title for hit in hits)
