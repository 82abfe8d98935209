"""Sentences of model text that claim nothing: lead-ins, courtesies, and the admission that the documents are silent.

Only closed vocabularies count. Whatever holds one word more is a claim and gets checked, so that nothing passes as framing.
"""

from __future__ import annotations

import re

from rag.question import read_question
from rag.text import tight, words

BOLD_LINE, RUN_IN = 7, 8
"""Heading levels beyond those of Markdown: a bold line, and bold words that open a line and end with a colon."""

_LEAD_IN = frozenset(
    "根据 依据 按照 结合 综合 综上 综上所述 总之 总的来说 总体来看 总体而言 简而言之 以上 以下 如下 下面 上述 下列 所述 资料 材料 文件 文档 文中 文章 段落 原文 提供 所 提供的 检索 检索到 给出 给定 相关 有关 内容 信息 "
    "回答 答案 回复 答复 问题 提问 您 你 的 是 为 有 可以 可 能 从 在 对 于 关于 对于 就 这 该 此 这个 一 个 几 几个 几点 多个 方面 要点 点 条 项 主要 具体 具体来说 具体而言 详细 说明 介绍 归纳 总结 概括 整理 梳理 分为 分成 包括 包含 体现 "
    "其中 首先 其次 再次 最后 此外 另外 同时 一方面 另一方面 并 且 和 与 以及 也 还 则 而 了 请 供 参考 注 注意 说法 做法 措施 方法 要求 规定 步骤 流程 情况 背景 结论 概述 小结 总览 概览 正文 补充 附 依据如下 列 列出 逐一 逐条 分别 来看 看 来说 而言 做 做到 需 需要 应 应当 如何 怎样 怎么 哪些 什么".split()
)
_COURTESY = frozenset(
    "您好 你好 您 你 好 好的 当然 没问题 很 高兴 为 希望 以上 内容 信息 回答 对 有 所 有所 帮助 如 如果 如有 还 其他 其它 任何 疑问 问题 需要 进一步 了解 请 随时 告诉 告知 我 联系 提问 欢迎 继续 谢谢 感谢 的 是 可以 补充 或 更多 细节 "
    "追问 能 会 解答 祝 工作 顺利 sure certainly of course here is the answer hope this helps let me know if you have any other questions thank based on provided passages documents following below question to your from".split()
)
_EN_LEAD_IN = frozenset(
    "based on the according to provided passages passage documents document sources following below above here is are answer summary in short key points main as follows it they these this of and for question a an includes include can be summarised summarized".split()
)
_SILENT = re.compile(
    r"(?:资料|材料|文件|文档|文中|段落|原文|内容|上文)[^。！？]{0,12}?(?:没有|未|并未|并没有|不)(?:直接|明确|具体|详细)?(?:找到|查到|检索到|提到|提及|说明|写明|涉及|给出|包含|包括|规定|列出|介绍|提供|涵盖|足以|能够?|交代|回答)"
    r"|(?:没有|未能?|并未|无法|不能)(?:从|在|根据)?[^。！？]{0,8}(?:资料|材料|文件|文档|文中|段落|原文|内容)[^。！？]{0,8}(?:找到|查到|检索到|得到|看出|确定|回答|得知|获得)?"
    r"|(?:没有|未|未能)(?:找到|查到|检索到)[^。！？]{0,20}(?:依据|资料|信息|内容|答案|说明|规定)|无法(?:回答|作答|确定|判断|提供)|不(?:能|便)(?:回答|作答)|暂时?无法|缺(?:少|乏)[^。！？]{0,12}(?:依据|资料|信息)"
    r"|\b(?:documents?|passages?|sources?|text)\b[^.]{0,40}\b(?:do(?:es)? not|hold no|contain no|give no|provide no|don['’]t)\b|\bno (?:support|information|evidence)\b[^.]{0,30}(?:found|for)|\bcannot (?:answer|be answered|determine)\b",
    re.IGNORECASE,
)
_SILENT_WORDS = frozenset(
    "资料 材料 文件 文档 文中 段落 原文 内容 上文 以上 所 提供 提供的 给出 给定 检索 检索到 中 里 内 的 没有 未 并未 并没有 不 无法 不能 未能 从 在 根据 就 关于 对于 有关 相关 直接 明确 具体 详细 找到 查到 提到 提及 说明 写明 涉及 包含 包括 规定 列出 介绍 涵盖 足以 能 能够 回答 作答 确定 判断 得知 "
    "依据 信息 答案 这 该 此 个 一 问题 方面 您 你 因此 所以 抱歉 对不起 很 建议 请 查阅 咨询 补充 更多 其他 部门 文 条 款 任何 对 和 与 或 及 也 是 有 为 了 到 出 我 暂时 暂 目前 现有 可 可以 供 参考 交代 进行 做出 作出 支持 足够 看 看出 来 单位 时间 情况 部分 内 上述 更 新".split()
)


def is_framing(text: str) -> bool:
    """Whether a sentence only leads in (根据资料，回答如下：) or is polite; such words claim nothing."""
    return bool(tight(text)) and (_only(text, _LEAD_IN) or _only(text, _COURTESY) or _only(text, _EN_LEAD_IN))


def leads_in(text: str) -> bool:
    """Whether a framing sentence announces what follows, and so is worth keeping."""
    return bool(re.search(r"[：:]\s*$|如下|以下|下列|following|below|as follows", text, re.IGNORECASE))


def admits_silence(text: str, question: str) -> bool:
    """Whether a sentence says that the documents do not answer, in words of the question and of such admissions only.

    A claim in this dress (资料没有提到张三已被开除) holds other words, and is none.
    """
    if not _SILENT.search(text):
        return False
    asked = read_question(question)
    known = _SILENT_WORDS | set(words(question))
    said = [w for w in words(text) if w not in known and w not in tight(question)]
    if asked.language == "en" or re.search(r"[A-Za-z]{3}", text):
        return len(text) < 240
    return sum(len(w) for w in said) <= 4


def _only(text: str, vocabulary: frozenset[str]) -> bool:
    return all(word in vocabulary or all(part in vocabulary for part in word) for word in words(text))
