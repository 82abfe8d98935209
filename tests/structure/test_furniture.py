"""What a page or web site put around the author's text is left out and reported."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.datatypes import Structured

Reader = Callable[..., Structured]


def texts(structured: Structured) -> list[str]:
    return [passage.text for article in structured.articles for passage in article.passages]


def test_a_copied_wechat_article(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(
        f"""点击上方“清溪党建”蓝字关注我们

小支部里的学习日

原创 周明远 清溪党建 2024-03-05 18:30 发表于湖南

{prose[0]}

01

把会开短

{prose[1]}

02

把事议透

{prose[2]}

- END -

来源 | 清溪镇党建办
编辑：刘小禾
长按识别二维码，关注“清溪党建”
往期推荐
● 春耕时节的先锋队
● 村口那盏灯
点个“在看”再走吧
阅读原文
"""
    )
    document = found.articles[0].document
    assert texts(found) == [prose[0], prose[1], prose[2]]
    assert [passage.section for passage in found.articles[0].passages] == [(), ("把会开短",), ("把事议透",)]
    assert (document.title, document.author, document.date) == ("小支部里的学习日", "周明远", "2024-03-05")


def test_a_copied_government_page(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(
        f"""网站首页 | 新闻中心 | 政务公开 | 党建工作 | 联系我们
当前位置：首页 > 党建工作 > 基层动态
清溪镇扎实开展支部学习日活动
发布时间：2024-03-06 09:12  来源：镇党建办  浏览次数：128 次  【字体：大 中 小】
　　{prose[0]}
　　{prose[1]}
（责任编辑：刘小禾）
打印本页 | 关闭窗口
上一篇：全镇党员大会顺利召开
下一篇：关于做好春季植树工作的通知
· 清溪镇召开春季防火会议 [2024-03-05]
· 县委书记到清溪镇调研 [2024-03-04]
· 清溪镇新修水渠通水 [2024-03-01]
版权所有：清溪镇人民政府 湘ICP备12345678号
"""
    )
    document = found.articles[0].document
    assert texts(found) == [prose[0], prose[1]]
    assert (document.title, document.author, document.date) == (
        "清溪镇扎实开展支部学习日活动",
        "镇党建办",
        "2024-03-06",
    )
    assert {piece.line for piece in found.dropped} == {1, 2, 4, *range(7, 15)}


def test_teasers_of_other_peoples_stories(read: Reader, prose: tuple[str, ...]) -> None:
    teasers = "\n".join(
        f"  • 第{i}个故事从一个没有月亮的夜晚讲起，老渔夫把船划到湖心，"
        f"忽然听见水下有人叫他的名字...\n    湖边说书人阅读 {i},234评论 {i} 56"
        for i in range(1, 8)
    )
    found = read(
        f"学习日纪实\n{prose[0]}\n\n©著作权归作者所有,转载请联系作者\n{teasers}\n\n推荐阅读更多精彩内容\n"
    )
    assert texts(found) == [prose[0]]
    assert len(found.dropped) == 16
    assert any("%" in warning for warning in found.warnings)


def test_a_question_site(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(
        "首页\n发现\n登录 注册\n怎样开好支部学习日？\n"
        f"关注问题 写回答\n326 人赞同了该回答\n{prose[0]}\n{prose[1]}\n"
        "发布于 2023-05-06 21:17\n赞同 326 24 条评论 分享 收藏 喜欢\n"
        "24 条评论\n说得真好，学到了\n相关问题\n支部记录怎么写？ 12 个回答\n"
    )
    assert texts(found) == [prose[0], prose[1]]
    assert found.articles[0].document.title == "怎样开好支部学习日？"
    assert found.articles[0].document.date == "2023-05-06"


def test_links_between_paragraphs(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(f"学习日纪实\n\n{prose[0]}\n\n【延伸阅读】\n春耕时节的先锋队\n村口那盏灯\n\n{prose[1]}\n")
    assert texts(found) == [prose[0], prose[1]]


def test_the_next_article_after_a_notice_keeps_its_title(read: Reader, prose: tuple[str, ...]) -> None:
    first, second = (
        f"{title}\n{prose[0]}\n一、记事\n{prose[1]}\n" for title in ("黑板上的账本", "院子里的椅子")
    )
    found = read(f"{first}©著作权归作者所有，转载请联系作者\n推荐阅读\n村口那盏灯\n\n{second}")
    assert [article.document.title for article in found.articles] == ["黑板上的账本", "院子里的椅子"]


def test_page_numbers_and_running_heads(read: Reader, prose: tuple[str, ...]) -> None:
    first, second = prose[0], prose[1]
    found = read(
        f"清溪党建简报\n{first[:40]}\n- 1 -\n清溪党建简报\n{first[40:]}\n"
        f"{second[:44]}\n- 2 -\n清溪党建简报\n{second[44:]}\n- 3 -\n"
    )
    assert texts(found) == [first, second]


def test_a_table_of_contents_names_the_articles(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(
        "目　录\n第一篇 黑板 ............ 1\n第二篇 椅子 .......... 3\n\n"
        f"第一篇 黑板\n{prose[0]}\n第二篇 椅子\n{prose[1]}\n"
    )
    assert [article.document.title for article in found.articles] == ["第一篇 黑板", "第二篇 椅子"]
    assert [piece.line for piece in found.dropped] == [1, 2, 3]


def test_a_mail_head_gives_title_and_author(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(f"发件人: 刘小禾\n收件人: 各支部书记\n主题: 三月学习日安排\n\n各位书记：\n{prose[0]}\n")
    assert texts(found) == ["各位书记：", prose[0]]
    assert (found.articles[0].document.title, found.articles[0].document.author) == (
        "三月学习日安排",
        "刘小禾",
    )


@pytest.mark.parametrize(
    "line",
    [
        "时间：2024年3月5日上午9时",
        "主持人：周明远",
        "关注民生 分享成果",
        "申请入党 → 积极分子 → 发展对象",
        "推荐优秀党员的条件",
        "依法保护著作权是宣传工作的底线",
        "扫码缴纳党费要核对金额。",
        "第3页上的签名要补齐。",
        "版面和版权由宣传委员负责。",
        "作者在这里，读者也在这里。",
    ],
)
def test_the_authors_own_lines_stay(read: Reader, prose: tuple[str, ...], line: str) -> None:
    found = read(f"学习日手册\n{prose[0]}\n{line}\n{prose[1]}\n{prose[2]}\n")
    document = found.articles[0].document
    assert line in document.text
    assert not found.dropped


def test_what_was_dropped_can_be_seen(read: Reader, prose: tuple[str, ...]) -> None:
    found = read(f"学习日手册\n{prose[0]}\n责任编辑：刘小禾\n- 7 -\n")
    assert [(piece.text, piece.reason, piece.line) for piece in found.dropped] == [
        ("责任编辑：刘小禾", "来源、署名与日期", 3),
        ("- 7 -", "页码", 4),
    ]
